import type { Readable } from "node:stream";
import { findConnectionType } from "../../src/connections/connection-type.ts";
import type { AuthMethod, ConnectionType } from "../../src/connections/define.ts";
import type { CallAnswer, CallTarget, Egress, IncomingCall } from "../../src/egress/egress.ts";
import { Secret } from "../../src/secret.ts";

/** A connection of this type and way to authenticate; public fields of the method go where a store keeps them. */
export function connectionOf(
  type: ConnectionType,
  method: AuthMethod,
  endpoint: string,
  fields: Readonly<Record<string, string>>,
): CallTarget {
  const options: Record<string, string> = {};
  const values: Record<string, Secret> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (method.fields[name] !== undefined && !method.fields[name].public) values[name] = new Secret(value);
    else options[name] = value;
  }
  const credential = { method: method.name, values };
  return {
    type,
    method,
    endpoint,
    options,
    credential,
    cacheKey: `${type.name}/${method.name}/1`,
    region: "us-east-1",
  };
}

export function typeAndMethod(
  typeName: string,
  methodName: string,
): { type: ConnectionType; method: AuthMethod } {
  const type = findConnectionType(typeName);
  const method = type?.auth.find(({ name }) => name === methodName);
  if (type === undefined || method === undefined) throw new Error(`no ${methodName} of ${typeName}`);
  return { type, method };
}

export function callWith(
  egress: Egress,
  target: CallTarget,
  more: Partial<IncomingCall> = {},
): Promise<CallAnswer> {
  return egress.call(target, {
    method: "GET",
    morePath: "",
    query: "",
    rawHeaders: [],
    body: undefined,
    signal: new AbortController().signal,
    onWithheld: () => {},
    dropHeaders: [],
    ...more,
  });
}

export async function readText(body: Readable): Promise<string> {
  return Buffer.concat(await body.toArray()).toString("utf8");
}
