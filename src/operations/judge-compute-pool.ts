import { KeymoorError } from "../errors.ts";
import type { Act } from "./act.ts";

/**
 * A statement may name no pool, as the shell's do, or one of its own environment and region; a misspelt one is refused before
 * anything is recorded (design 2). One that is deleted later stays named.
 */
export async function judgeComputePool({ services, place }: Act, id: string | undefined): Promise<void> {
  if (id === undefined || id === "") return;
  const pointer = "/spec/compute_pool_id";
  const pool = await services.store.read.computePool(id);
  if (pool === undefined || pool.environmentId !== place.environmentId) {
    throw new KeymoorError("invalid_request", "This compute pool does not exist in this environment.", {
      hint: "Name one of GET /fcpm/v2/compute-pools, or none.",
      pointer,
    });
  }
  if (pool.cloud === place.cloud && pool.region === place.region) return;
  throw new KeymoorError(
    "invalid_request",
    `Compute pool "${id}" is one of ${pool.cloud}.${pool.region}, and this request is for ${place.cloud}.${place.region}.`,
    { hint: "Send it to the endpoint of the pool's region, or with the header Keymoor-Region.", pointer },
  );
}
