import { Command } from "commander";
import type { Client } from "../../client/client.ts";
import type { NodeClient } from "../../client/create-client.ts";
import type { Place } from "../../client/place.ts";
import { Secret } from "../../secret.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { resolveProfile } from "../profile.ts";
import { withProgress } from "../progress.ts";
import { readSecret } from "../read-secret.ts";
import { once, repeated } from "../repeated.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends PlaceFlags {
  readonly request?: string;
  readonly data?: string;
  readonly header?: readonly string[];
  readonly query?: readonly string[];
  readonly include?: boolean;
  readonly outputFile?: string;
  readonly force?: boolean;
  readonly tokenFile?: string;
}

/** `keymoor connection call`: one request to a service through a connection, and its answer as it comes. */
export function connectionCallCommand(io: Io): Command {
  const command = new Command("call")
    .description("Call the service of a connection; the connection brings the credential.")
    .addArgument(completedArgument("<name>", "Connection.", "connection"))
    .argument("[path]", "What comes after the endpoint of the connection, such as /models?limit=2.")
    .option("-X, --request <method>", "Method; by default GET, or POST with --data.")
    .option(
      "-d, --data <text>",
      "Body: the text itself, @FILE, or @- for standard input. It is JSON unless --header says otherwise.",
      once("data"),
    )
    .option("-H, --header <line>", '"Name: value". May be given several times.', repeated)
    .option("-q, --query <pair>", "name=value, which is encoded. May be given several times.", repeated)
    .option("-i, --include", "Print status and headers before the answer.")
    .option("-O, --output-file <path>", "Write the answer to a file.")
    .option("--force", "Write over a file that exists.")
    .option(
      "--token-file <path>",
      "File of a use token to call with in place of an API key; - is standard input. (KEYMOOR_USE_TOKEN)",
    )
    .addHelpText(
      "after",
      "\nAn answer of status 200 to 399 ends with 0. Any other is printed too, and ends with 1.",
    )
    .action((name: string, path: string | undefined, flags: Flags) => call(io, name, path ?? "", flags));
  return addPlaceOptions(command);
}

async function call(io: Io, name: string, path: string, flags: Flags): Promise<void> {
  const method = methodOf(flags);
  // Loaded only now: `--help` should not wait for it.
  const { callBody, callHeaders, callTarget } = await import("../call-request.ts");
  const { judgeFile, judgeStatus, printAnswer } = await import("../print-answer.ts");
  const { callConnection } = await import("../../client/calls.ts");
  const target = callTarget(path, flags.query ?? []);
  const given = callHeaders(flags.header ?? []);
  if (flags.outputFile !== undefined) await judgeFile(io, flags.outputFile, flags.force === true);
  const { client, place } = await callerOf(io, flags);
  const { body, headers: framing } = await callBody(io, flags.data);
  const headers = { ...(body !== undefined && { "content-type": "application/json" }), ...given, ...framing };
  const ended = new AbortController();
  try {
    const request = { name, place, method, target, headers, body, signal: ended.signal };
    const answer = await withProgress(io, "Waiting for the service", () =>
      callConnection(client, request),
    ).catch(async (error: unknown) => {
      // With a token the server knows the place.
      throw place === undefined ? await explainRefusal(client, name, error) : error;
    });
    await printAnswer(io, answer, { withHead: flags.include === true, path: flags.outputFile });
    judgeStatus(answer, name);
  } finally {
    // A body that nobody read to its end would keep the process waiting.
    ended.abort();
    if (typeof body === "object") body.destroy();
  }
}

/** What a refused use token needs: another one, or another connection. */
async function explainRefusal(client: Client, connection: string, error: unknown): Promise<unknown> {
  const { ClientError } = await import("../../client/client-error.ts");
  if (!(error instanceof ClientError)) return error;
  const withHint = (hint: string) => new ClientError(error.kind, error.message, { ...error.details, hint });
  if (error.details.status === 401) {
    return withHint(
      "`keymoor token create` makes another one; it goes into KEYMOOR_USE_TOKEN, or a file for --token-file.",
    );
  }
  if (error.details.status !== 403) return error;
  const { whoAmI } = await import("../../client/whoami.ts");
  const identity = await whoAmI(client).catch(() => undefined);
  const bound = identity?.credential.connections;
  if (!bound || bound.includes(connection)) return error;
  return withHint(
    `It is bound to ${bound.join(", ")}. \`keymoor token create --connection NAME\` makes one for another.`,
  );
}

function methodOf({ request, data }: Flags): string {
  const method = request?.toUpperCase() ?? (data === undefined ? "GET" : "POST");
  if (!/^[A-Z][A-Z-]*$/.test(method)) {
    throw new UsageError("--request takes a method, such as GET, POST or DELETE.");
  }
  // Node's client would wait for a tunnel; the server refuses TRACE in the same way.
  if (method !== "CONNECT") return method;
  throw new UsageError("CONNECT is not passed on.", {
    hint: "Only ordinary requests go through a connection.",
  });
}

/** With a use token the short form of the path, which takes environment and region from the token. */
async function callerOf(
  io: Io,
  flags: Flags,
): Promise<{ readonly client: NodeClient; readonly place?: Place }> {
  const token = await useToken(io, flags);
  if (token === undefined) {
    const session = await openSession(io, flags);
    return { client: session.client, place: await session.place() };
  }
  for (const flag of ["environment", "cloud", "region"] as const) {
    if (flags[flag] === undefined) continue;
    throw new UsageError(`--${flag} goes with an API key: a use token says it itself.`, {
      hint: "Leave the flag out, or unset KEYMOOR_USE_TOKEN.",
    });
  }
  const { createClient } = await import("../../client/create-client.ts");
  return { client: createClient(await resolveProfile(io, flags.profile, token)) };
}

async function useToken(io: Io, { tokenFile, profile }: Flags): Promise<Secret | undefined> {
  if (tokenFile !== undefined) return readSecret(io, { flag: "token", file: tokenFile });
  const token = io.env.KEYMOOR_USE_TOKEN;
  // Whoever names a profile wants its key.
  return token && profile === undefined ? new Secret(token) : undefined;
}
