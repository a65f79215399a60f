import { basename, resolve } from "node:path";
import { looksLikeReference } from "../connections/looks-like-reference.ts";
import type { Secret } from "../secret.ts";
import { CommandFailure } from "./command-failure.ts";
import type { Io } from "./io.ts";
import { readInput } from "./read-input.ts";
import { UsageError } from "./usage-error.ts";

/** A connection as a file wants it, with the values of this machine's environment filled in. */
export interface WantedConnection {
  readonly environmentId: string;
  /** In lower case. */
  readonly cloud: string;
  readonly region: string;
  readonly name: string;
  /** In lower case. */
  readonly type: string;
  readonly endpoint: string;
  readonly comment: string | undefined;
  readonly options: Readonly<Record<string, Secret>>;
  readonly credential: Readonly<Record<string, Secret>>;
}

export interface ConnectionFile {
  readonly wanted: readonly WantedConnection[];
  /** Every environment that the file speaks of, also those for which it has no connection. */
  readonly environmentIds: readonly string[];
  /** Whether it has the key `connections`, if only with an empty list: an empty file is more likely a slip. */
  readonly hasConnections: boolean;
  /** Keys of the file that only a server's start reads. */
  readonly ignored: readonly string[];
  /** `managedBy` at its top: a name that is this file's alone. */
  readonly managedBy: string | undefined;
  /** Variables of this machine whose values are sent, each with the names of the connections that want it. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a file of the seed's form. `${env:NAME}` and `${file:NAME}` stay: they are references that the server resolves.
 * `${client-env:NAME}` is a variable of this machine, whose value is sent. `-` is standard input.
 */
export async function readConnectionFile(io: Io, path: string): Promise<ConnectionFile> {
  const { readSeedFile, readSeedText } = await import("../operations/seed-file.ts");
  const seed =
    path === "-"
      ? readSeedText((await readInput(io)).toString("utf8"), "standard input")
      : readSeedFile(resolve(io.folder, path), "file");
  const { fill, variables } = await filler(io);
  for (const [index, { endpoint, comment = "", options = {} }] of (seed.connections ?? []).entries()) {
    judgePlain(endpoint, `connections[${index}].endpoint`);
    judgePlain(comment, `connections[${index}].comment`);
    for (const value of Object.values(options)) {
      // What the server resolves may stand here; what is read on this machine would be shown to all who may list.
      if (!isServerReference(value.reveal())) judgePlain(value.reveal(), `connections[${index}].options`);
    }
  }
  const wanted = (seed.connections ?? []).map((connection, index) => ({
    environmentId: connection.environment,
    cloud: connection.cloud.toLowerCase(),
    region: connection.region,
    name: connection.name,
    type: connection.type.toLowerCase(),
    endpoint: connection.endpoint,
    comment: connection.comment,
    options: connection.options ?? {},
    credential: Object.fromEntries(
      Object.entries(connection.credential ?? {}).map(([key, value]) => [
        key,
        fill(value, connection.name, `connections[${index}].credential`),
      ]),
    ),
  }));
  const { connections: _connections, environments, regions: _regions, managedBy, ...rest } = seed;
  return {
    wanted,
    environmentIds: [
      ...new Set([
        ...wanted.map(({ environmentId }) => environmentId),
        ...(environments ?? []).map(({ id }) => id),
      ]),
    ],
    hasConnections: seed.connections !== undefined,
    ignored: Object.keys(rest),
    managedBy,
    variables,
  };
}

/**
 * `file:` and the name that is given, by the flag or in the file itself, with or without `file:` as lists show it. Else the base
 * name of the file, under which nothing is deleted: another team's file may be called the same.
 */
export function markOf(
  path: string,
  { managedBy }: Pick<ConnectionFile, "managedBy">,
  flags: { readonly managedBy?: string; readonly prune?: boolean },
): string {
  const name = flags.managedBy ?? managedBy;
  if (name === undefined && (flags.prune === true || path === "-")) {
    const why =
      path === "-" ? "Standard input has no name" : "--prune deletes by a name that is this file's alone";
    throw new UsageError(`${why}, and none is given.`, {
      hint: "Give one with --managed-by, or write `managedBy: NAME` at the top of the file.",
    });
  }
  const mark = `file:${(name ?? basename(path)).replace(/^file:/, "")}`;
  if (/^file:[A-Za-z0-9_./ -]{1,200}$/.test(mark)) return mark;
  throw new UsageError("The name by which connections are marked is not valid.", {
    hint: "Give one of letters, digits, `_`, `.`, `/`, `-` and spaces with --managed-by.",
  });
}

/** Plain values, as they are sent; nowhere else. */
export function revealed(values: WantedConnection["credential"]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.reveal()]));
}

function isServerReference(text: string): boolean {
  return /^\$\{(?:env|file):[^}]*\}$/.test(text);
}

function judgePlain(text: string, at: string): void {
  if (!looksLikeReference(text)) return;
  throw new CommandFailure(`${at}: it has a reference in it.`, {
    hint: "A reference stands under `credential`, as a whole value with nothing around it.",
  });
}

async function filler({ env }: Io) {
  const { Secret } = await import("../secret.ts");
  const variables = new Map<string, readonly string[]>();
  const fill = (value: Secret, connection: string, at: string): Secret => {
    const name = /^\$\{client-env:([^}]*)\}$/.exec(value.reveal())?.[1];
    if (name === undefined) {
      if (!isServerReference(value.reveal())) judgePlain(value.reveal(), at);
      return value;
    }
    const text = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? env[name] : undefined;
    if (text !== undefined && text !== "") {
      const others = variables.get(name) ?? [];
      variables.set(name, others.includes(connection) ? others : [...others, connection]);
      return new Secret(text);
    }
    throw new CommandFailure(`${at}: the environment variable of a \${client-env:...} is not set here.`, {
      hint: /^\w{1,100}$/.test(name) ? `Set ${name}.` : "Its name has letters, digits and `_`.",
    });
  };
  return { fill, variables };
}
