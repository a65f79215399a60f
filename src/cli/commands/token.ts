import { Command } from "commander";
import type { ShownUseToken, UseToken } from "../../client/use-tokens.ts";
import { CommandFailure } from "../command-failure.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printData, printLine, printList } from "../output/print.ts";
import { textOf } from "../output/value.ts";
import { secondsUntil } from "../parse-time.ts";
import { repeated } from "../repeated.ts";
import {
  addEnvironmentOptions,
  addPlaceOptions,
  openSession,
  type PlaceFlags,
  type Session,
} from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** `keymoor token`: use tokens, with which programs call through connections and may do nothing else. */
export function tokenCommand(io: Io): Command {
  return new Command("token")
    .description(
      "Manage use tokens: a program with one may call through the connections it names, and nothing else.",
    )
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(revokeCommand(io));
}

interface CreateFlags extends PlaceFlags {
  readonly connection: readonly string[];
  readonly name: string;
  readonly expires?: string;
  readonly output: OutputFormat;
}

function createCommand(io: Io): Command {
  const command = new Command("create")
    .description("Make a use token. It is shown this once.")
    .requiredOption(
      "--connection <name>",
      "Connection it may call through. May be given several times.",
      repeated,
    )
    .requiredOption("--name <text>", "What it is for, as you will know it again.")
    .option(
      "--expires <when>",
      "When it ends: 30d, 12h, or a time such as 2026-12-31T12:00:00Z. Default: 30d.",
    )
    .action(async (flags: CreateFlags) => {
      const expires_in_seconds = secondsUntil("expires", flags.expires ?? "30d");
      const { client, place } = await openSession(io, flags);
      const { createUseToken } = await import("../../client/use-tokens.ts");
      const shown = await createUseToken(client, await place(), {
        name: flags.name,
        connections: [...flags.connection],
        expires_in_seconds,
      });
      if (flags.output === "human") printLine(io, shown.token);
      else await printData(io, flags.output, withCloudAsShown(shown));
      io.stderr.write(createdText(shown));
    });
  return addPlaceOptions(addOutputOption(command));
}

function createdText({ id, connections, expires_at, call_url }: ShownUseToken): string {
  return [
    `Use token ${id} for ${connections.join(", ")}, until ${textOf(new Date(expires_at))}.`,
    "It is not shown again; only its hash is kept.",
    `A client's base URL: ${call_url}`,
    "",
  ].join("\n");
}

interface ListFlags extends PlaceFlags {
  readonly output: OutputFormat;
}

function listCommand(io: Io): Command {
  const command = new Command("list")
    .description("List your use tokens; everyone's if you manage access.")
    .action(async (flags: ListFlags) => {
      const session = await openSession(io, flags);
      const { listUseTokens } = await import("../../client/use-tokens.ts");
      const tokens: UseToken[] = [];
      for await (const token of listUseTokens(session.client, await environmentOf(session)))
        tokens.push(token);
      if (flags.output !== "human") {
        await printData(io, flags.output, tokens.map(withCloudAsShown));
        return;
      }
      const columns = [
        { key: "id", label: "ID" },
        { key: "name", label: "Name" },
        { key: "connections", label: "Connections" },
        { key: "status", label: "Status" },
        { key: "expires_at", label: "Expires" },
        { key: "last_used_at", label: "Last Used" },
        { key: "created_by", label: "Created By" },
      ];
      const rows = tokens.map((token) => ({
        ...token,
        status: statusOf(token),
        expires_at: new Date(token.expires_at),
        last_used_at: token.last_used_at === null ? "never" : new Date(token.last_used_at),
      }));
      await printList(io, "human", columns, rows, { isSorted: true });
    });
  return addEnvironmentOptions(addOutputOption(command));
}

/** In lower case, as everything of the command line has it. */
function withCloudAsShown<Token extends UseToken>(token: Token): Token {
  return { ...token, cloud: token.cloud.toLowerCase() };
}

function statusOf({ revoked_at, expires_at }: UseToken): "revoked" | "expired" | "valid" {
  if (revoked_at !== null) return "revoked";
  return Date.parse(expires_at) <= Date.now() ? "expired" : "valid";
}

type RevokeFlags = PlaceFlags & ConsentFlags;

function revokeCommand(io: Io): Command {
  const command = new Command("revoke")
    .description("Revoke a use token; it holds from the next call on.")
    .addArgument(
      completedArgument(
        "<token>",
        "ID of the use token, as `keymoor token list` shows it, or the name of one.",
        "use_token",
      ),
    )
    .action(async (given: string, flags: RevokeFlags) => {
      // It is not repeated below either, unless it turns out to be an ID or a name.
      if (given.startsWith("kmt_")) {
        throw new UsageError("This is a use token itself, not its ID or name.", {
          hint: "`keymoor token list` shows both.",
        });
      }
      const session = await openSession(io, flags);
      const place = await environmentOf(session);
      const { listUseTokens, revokeUseToken } = await import("../../client/use-tokens.ts");
      const { id, name } = await findToken(listUseTokens(session.client, place), given);
      const question = `Are you sure you want to revoke use token "${id}" (${name})?`;
      if (!(await mayGoOn(io, flags, question))) return;
      await revokeUseToken(session.client, place, id);
      io.stderr.write(`Revoked use token "${id}".\n`);
    });
  return addEnvironmentOptions(addConsentOptions(command));
}

/** By its ID, else by its name among those that still hold. Looked for here: what is given may be a secret in the wrong place. */
async function findToken(tokens: AsyncIterable<UseToken>, given: string): Promise<UseToken> {
  const named: UseToken[] = [];
  for await (const token of tokens) {
    if (token.id === given) return token;
    if (token.name === given && statusOf(token) === "valid") named.push(token);
  }
  const [only, other] = named;
  if (only === undefined) {
    throw new CommandFailure("There is no use token of this ID or name that you may revoke.", {
      hint: "`keymoor token list` shows yours; everyone's if you manage access.",
    });
  }
  if (other === undefined) return only;
  throw new CommandFailure(`${named.length} use tokens have this name; give an ID.`, {
    hint: named.map(({ id, expires_at }) => `${id}, until ${textOf(new Date(expires_at))}`).join("\n"),
  });
}

async function environmentOf({ whoami, environment }: Session) {
  return { organizationId: (await whoami()).organization.id, environmentId: await environment() };
}
