import { Secret } from "../../src/secret.ts";
import { freePort } from "../fixtures/loopback.ts";
import { type ApiFixture, addComputePool, environmentId, openApi, principals } from "../fixtures/services.ts";

/** Signs in; the OrganizationAdmin of the fixture. */
export const person = { email: "u-orgadmin@example.com", password: "correct horse battery staple" } as const;
export const computePoolId = "lfcp-x7rgx1";

export interface ContractServer extends ApiFixture {
  /** What the CLI logs in to, and what Terraform's `endpoint` is. */
  readonly origin: string;
  readonly now: () => Date;
}

/**
 * Keymoor on a socket, with a person who can sign in and a compute pool. Statements that need an engine are recorded, as a
 * stand-in for tests of such clients would be started. Its clock can be moved.
 */
export async function openContractServer(): Promise<ContractServer> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const fixture = await openApi({ settings: { publicUrl: origin, statements: "record" } });
  const { services, app } = fixture;
  const passwordHash = await services.passwords.hash(new Secret(person.password));
  await services.store.write([
    { do: "set_password", principalId: principals.organizationAdmin, passwordHash },
  ]);
  await addComputePool(services, {
    id: computePoolId,
    name: "pool1",
    environmentId,
    cloud: "aws",
    region: "us-east-1",
  });
  await app.listen({ host: "127.0.0.1", port });
  return { ...fixture, origin, now: services.now };
}
