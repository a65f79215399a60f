import { KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { ConnectionType } from "./define.ts";
import { connectionTypes } from "./types/index.ts";

const byName: ReadonlyMap<string, ConnectionType> = new Map(connectionTypes.map((type) => [type.name, type]));

/** The type of this name, in any case. */
export function findConnectionType(name: string): ConnectionType | undefined {
  return byName.get(name.toLowerCase());
}

/** The type of this name, in any case, or `unknown_connection_type` with the nearest one. */
export function requireConnectionType(name: string): ConnectionType {
  const type = findConnectionType(name);
  if (type !== undefined) return type;
  const pointer = "/spec/connection_type";
  const all = `The types are ${[...byName.keys()].map((known) => `"${known}"`).join(", ")}.`;
  if (name === "") {
    throw new KeymoorError("option_missing", `Option "type" is missing.`, {
      hint: all,
      option: "type",
      pointer,
    });
  }
  const near = nearest(name, byName.keys());
  throw new KeymoorError("unknown_connection_type", "The connection type is unknown.", {
    hint: near === undefined ? all : `Did you mean "${near}"? ${all}`,
    option: "type",
    pointer,
  });
}
