import { cliClient } from "../test/contract/cli-client.ts";
import { block, resources, Terraform } from "../test/contract/terraform-client.ts";

export interface ClientPlace {
  readonly origin: string;
  readonly organizationId: string;
  readonly environmentId: string;
  readonly credentials: { readonly key: string; readonly secret: string };
  readonly person: { readonly email: string; readonly password: string };
}

/** Terraform's own default. */
const parallel = 10;
/** Environment, region, token, connection, report (contract/cli.md 3). */
export const requestsOfCommand = 5;

/** A Terraform apply of 100 connections: each is created and read, ten at a time. */
export async function apply(place: ClientPlace, round: number): Promise<void> {
  const terraform = new Terraform({
    flink: {
      organizationId: place.organizationId,
      environmentId: place.environmentId,
      computePoolId: "lfcp-none",
      principalId: "u-none",
      restEndpoint: place.origin,
      credentials: place.credentials,
    },
  });
  const waiting = Array.from({ length: 100 }, (_, n) =>
    block(resources.connection, `n${n}`, {
      display_name: `tf-${round}-${n}`,
      type: "OPENAI",
      endpoint: "https://api.openai.com/v1/chat/completions",
      api_key: `sk-terraform-${round}-${n}`,
    }),
  );
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const given = next.arguments(terraform.of);
      await terraform.run((provider) => resources.connection.create(provider, given));
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
}

/** `confluent flink connection create`, one after the other. */
export async function runCommands(place: ClientPlace, count: number): Promise<void> {
  const cli = cliClient(`${place.origin}/confluent.cloud`, () => new Date());
  await cli.login(place.person);
  for (let n = 0; n < count; n += 1) {
    const requests = await cli.requestsOf(() =>
      cli.connection.create({ cloud: "aws", region: "us-east-1" }, `cli-${n}`, {
        type: "openai",
        endpoint: "https://api.openai.com/v1/chat/completions",
        flags: { "api-key": `sk-cli-${n}` },
      }),
    );
    if (requests.length !== requestsOfCommand) throw new Error(`a command made ${requests.length} requests`);
  }
}

export interface ServerTime {
  readonly method: string;
  readonly ms: number;
}

/** What each request took from its head to the last byte of its answer, by the debug log, but those of health checks. */
export function serverTimes(log: string): readonly ServerTime[] {
  return log
    .split("\n")
    .filter((line) => line.includes('"answered"') && !line.includes('"/health"'))
    .map((line) => {
      const { method, durationMs } = JSON.parse(line) as { method: string; durationMs: number };
      return { method, ms: durationMs };
    });
}
