import { optionalTextAt, readJson } from "../reading.ts";
import type { Received } from "../wire.ts";
import { accept, CliFailure, type CliSession, pages, queryText } from "./session.ts";

/** `--cloud`, `--region` and `--environment` of a command. */
export interface Where {
  readonly cloud: string;
  readonly region: string;
  readonly environment?: string;
}

/** The gateway as one command uses it: environment and region are looked up, then a token is fetched (contract/cli.md 3). */
export interface Gateway {
  readonly environment: string;
  readonly environmentName: string;
  send(method: string, path: string, body?: object): Promise<Received>;
  list(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<readonly unknown[]>;
}

export async function openGateway(session: CliSession, where: Where): Promise<Gateway> {
  const { id, name } = await lookUpEnvironment(session, where.environment ?? session.environment);
  const origin = session.endpoint ?? (await originOfRegion(session, where));
  const token = await session.dataPlaneToken();
  const base = `${origin}/sql/v1/organizations/${session.organization}/environments/${id}`;
  return {
    environment: id,
    environmentName: name,
    send: (method, path, body) => session.gateway(token, method, `${base}${path}`, body),
    list: (path, query = {}) =>
      pages((pageToken) =>
        session.gateway(
          token,
          "GET",
          `${base}${path}${queryText({ ...query, page_size: "100", page_token: pageToken })}`,
        ),
      ),
  };
}

/** First request of every such command. Any failure of it is told with this suggestion. */
async function lookUpEnvironment(
  session: CliSession,
  environment: string,
): Promise<{ readonly id: string; readonly name: string }> {
  if (environment === "") throw new CliFailure("no environment found");
  try {
    const answer = accept(await session.v2("GET", `/org/v2/environments/${environment}`));
    return { id: environment, name: optionalTextAt(readJson(answer), "display_name") };
  } catch (failure) {
    if (!(failure instanceof CliFailure)) throw failure;
    throw new CliFailure(
      failure.message,
      `Failed to get environment '${environment}'. List available environments with \`confluent environment list\`.`,
    );
  }
}

async function originOfRegion(session: CliSession, { cloud, region }: Where): Promise<string> {
  const regions = await session.v2List("/fcpm/v2/regions", { cloud, region_name: region });
  const found = regions.find((one) => optionalTextAt(one, "region_name") === region);
  if (found === undefined) throw new CliFailure("invalid region");
  // Its path is cut off, its scheme stays.
  return new URL(optionalTextAt(found, "http_endpoint")).origin;
}
