import type { Command } from "commander";
import { ClientError } from "../client/client-error.ts";
import { getEnvironment } from "../client/environments.ts";
import { CommandFailure } from "./command-failure.ts";
import type { CliPlace, Session } from "./session.ts";

/** Where a `flink` command works: Confluent's commands always name their region. */
export interface FlinkPlaceFlags {
  readonly environment?: string;
  readonly cloud: string;
  readonly region: string;
  readonly profile?: string;
}

/** Adds `--cloud` and `--region`, required, and `--environment` (contract/cli.md 4). */
export function addFlinkPlaceOptions(command: Command): Command {
  return command
    .requiredOption("--cloud <cloud>", 'Specify the cloud provider as "aws", "azure", or "gcp".')
    .requiredOption("--region <region>", 'Cloud region (use "keymoor flink region list" to see all).')
    .option("--environment <id>", "Environment ID.")
    .option("--profile <name>", "Profile to work with. (KEYMOOR_PROFILE)");
}

/** Environment first, then region, each refused in the words of contract/cli.md 5. */
export async function flinkPlace(session: Session, flags: FlinkPlaceFlags): Promise<CliPlace> {
  return { ...(await flinkEnvironment(session)), ...(await flinkRegion(session, flags)) };
}

/** The part of a place that is asked for before the region, wherever it comes from: flag, profile or key. */
export async function flinkEnvironment(
  session: Session,
): Promise<Pick<CliPlace, "organizationId" | "environmentId">> {
  const { organization, environments } = await session.whoami();
  const environmentId = await session.saidEnvironment();
  if (!environments.some(({ id }) => id === environmentId)) {
    await requireEnvironment(session, environmentId);
  }
  return { organizationId: organization.id, environmentId };
}

async function flinkRegion(session: Session, { cloud, region }: FlinkPlaceFlags) {
  const { regions } = await session.whoami();
  const isKnown = regions.some(
    (known) => known.region === region && known.cloud.toLowerCase() === cloud.toLowerCase(),
  );
  if (isKnown) return { cloud: cloud.toLowerCase(), region };
  throw new CommandFailure("invalid region", {
    hint: "Please select a valid region - use `keymoor flink region list` to see available regions",
  });
}

async function requireEnvironment(session: Session, id: string): Promise<void> {
  try {
    await getEnvironment(session.client, id);
  } catch (error) {
    const status = error instanceof ClientError ? error.details.status : undefined;
    if (!(error instanceof ClientError) || (status !== 403 && status !== 404)) throw error;
    const what = status === 403 ? `${id} not found or access forbidden: ` : "";
    throw new CommandFailure(what + error.message, {
      hint: `Failed to get environment '${id}'. List available environments with \`keymoor environment list\`.`,
    });
  }
}
