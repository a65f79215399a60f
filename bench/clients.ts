import { cliClient } from "../test/contract/cli-client.ts";
import { block, resources, Terraform } from "../test/contract/terraform-client.ts";
import type { Exchange } from "../test/contract/wire.ts";

export interface ClientPlace {
  readonly origin: string;
  readonly organizationId: string;
  readonly environmentId: string;
  readonly credentials: { readonly key: string; readonly secret: string };
  readonly person: { readonly email: string; readonly password: string };
}

const connections = 100;
const commands = 40;
/** Terraform's own default. */
const parallel = 10;

/** Median of each kind of request, in milliseconds, that a Terraform apply of 100 connections waits for. */
export async function applyTimes(place: ClientPlace, round: number): Promise<ReadonlyMap<string, number>> {
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
  const blocks = Array.from({ length: connections }, (_, n) =>
    block(resources.connection, `n${n}`, {
      display_name: `tf-${round}-${n}`,
      type: "OPENAI",
      endpoint: "https://api.openai.com/v1/chat/completions",
      api_key: `sk-terraform-${round}-${n}`,
    }),
  );
  const waiting = [...blocks];
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const one = next;
      await terraform.run((provider) => resources.connection.create(provider, one.arguments(terraform.of)));
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  const methods = [...new Set(terraform.exchanges.map(({ sent }) => sent.method))];
  return new Map(
    methods.map((method) => [
      method,
      medianMs(terraform.exchanges.filter(({ sent }) => sent.method === method)),
    ]),
  );
}

/** Median over commands of what the five requests of `flink connection create` take together, in milliseconds. */
export async function commandTime(place: ClientPlace, round: number): Promise<number> {
  const cli = cliClient(`${place.origin}/confluent.cloud`, () => new Date());
  await cli.login(place.person);
  const sums: number[] = [];
  for (let n = 0; n < commands; n += 1) {
    const before = cli.session.exchanges.length;
    await cli.connection.create({ cloud: "aws", region: "us-east-1" }, `cli-${round}-${n}`, {
      type: "openai",
      endpoint: "https://api.openai.com/v1/chat/completions",
      flags: { "api-key": `sk-cli-${round}-${n}` },
    });
    const sent = cli.session.exchanges.slice(before);
    if (sent.length !== 5) throw new Error(`a command of five requests made ${sent.length}`);
    sums.push(sent.reduce((sum, { received }) => sum + received.tookMs, 0));
  }
  return middle(sums);
}

function medianMs(exchanges: readonly Exchange[]): number {
  return middle(exchanges.map(({ received }) => received.tookMs));
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
