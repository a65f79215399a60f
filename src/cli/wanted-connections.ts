import { basename, resolve } from "node:path";
import type { Secret } from "../secret.ts";
import { CommandFailure } from "./command-failure.ts";
import type { Io } from "./io.ts";
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
  /** Keys of the file that only a server's start reads. */
  readonly ignored: readonly string[];
}

/**
 * Reads a file of the seed's form. `${env:NAME}` and `${file:NAME}` stay: they are references that the server resolves.
 * `${client-env:NAME}` is a variable of this machine, whose value is sent.
 */
export async function readConnectionFile(io: Io, path: string): Promise<ConnectionFile> {
  const { readSeedFile } = await import("../operations/seed-file.ts");
  const seed = readSeedFile(resolve(io.folder, path));
  const fill = await filler(io);
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
        fill(value, `connections[${index}].credential`),
      ]),
    ),
  }));
  const { connections: _connections, environments, regions: _regions, ...rest } = seed;
  return {
    wanted,
    environmentIds: [
      ...new Set([
        ...wanted.map(({ environmentId }) => environmentId),
        ...(environments ?? []).map(({ id }) => id),
      ]),
    ],
    ignored: Object.keys(rest),
  };
}

/** `file:` and the base name of the file, unless another name is given. */
export function markOf(path: string, name: string | undefined): string {
  const mark = `file:${name ?? basename(path)}`;
  if (/^file:[A-Za-z0-9_./ -]{1,200}$/.test(mark)) return mark;
  throw new UsageError("The name by which connections are marked is not valid.", {
    hint: "Give one of letters, digits, `_`, `.`, `/`, `-` and spaces with --managed-by.",
  });
}

async function filler({ env }: Io) {
  const { Secret } = await import("../secret.ts");
  return (value: Secret, at: string): Secret => {
    const name = /^\$\{client-env:([^}]*)\}$/.exec(value.reveal())?.[1];
    if (name === undefined) return value;
    const text = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? env[name] : undefined;
    if (text !== undefined && text !== "") return new Secret(text);
    throw new CommandFailure(`${at}: the environment variable of a \${client-env:...} is not set here.`, {
      hint: /^\w{1,100}$/.test(name) ? `Set ${name}.` : "Its name has letters, digits and `_`.",
    });
  };
}
