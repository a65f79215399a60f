import type { TObject, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler, type ValueError, ValueErrorType } from "@sinclair/typebox/compiler";
import { KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { UnreadableBody } from "./body.ts";

type Part = "params" | "querystring" | "body" | "headers";

/** Checks a part of a request; Fastify attaches the error, and the operation's input throws it. */
export type Validate = (data: unknown) => { readonly value: unknown } | { readonly error: KeymoorError };

/**
 * Schemas as checks. A body is taken as it is; query and path hold text, of which numbers and truth values are read. The
 * first failure is told in one sentence that names the field and what it takes, and never repeats what was sent.
 */
export function compileValidator({ schema, httpPart }: { schema: TSchema; httpPart?: string }): Validate {
  const part = (httpPart ?? "body") as Part;
  // Made when it is first needed: most routes are not asked for right after the start.
  let compiled: TypeCheck<TSchema> | undefined;
  return (data) => {
    if (data instanceof UnreadableBody) return { error: data.error };
    const value = part === "body" ? data : readText(schema, data);
    compiled ??= TypeCompiler.Compile(schema);
    if (compiled.Check(value)) return { value };
    return { error: sentence(schema, part, worst([...take(compiled.Errors(value), mostErrors)])) };
  };
}

const mostErrors = 20;

function* take<Item>(items: Iterable<Item>, most: number): Generator<Item> {
  let taken = 0;
  for (const item of items) {
    if (taken++ === most) return;
    yield item;
  }
}

/** A misspelt field shows as a missing one too; the misspelling is what helps. */
function worst(errors: readonly ValueError[]): ValueError | undefined {
  return errors.find(({ type }) => type === ValueErrorType.ObjectAdditionalProperties) ?? errors[0];
}

function sentence(schema: TSchema, part: Part, error: ValueError | undefined): KeymoorError {
  if (error === undefined) return new KeymoorError("invalid_request", "The request is not valid.");
  const place = locate(schema, error.path);
  const isBody = part === "body";
  const details = isBody ? { pointer: place.pointer } : { parameter: place.name };
  const subject = subjectOf(isBody, place.name);
  switch (error.type) {
    case ValueErrorType.ObjectRequiredProperty:
      return new KeymoorError(
        "invalid_request",
        isBody && place.name === "" ? "The request has no body." : `${subject} is missing.`,
        details,
      );
    case ValueErrorType.ObjectAdditionalProperties:
      if (error.schema.patternProperties !== undefined) {
        return new KeymoorError(
          "invalid_request",
          `A key in ${lowerFirst(subject)} must be ${keyExpectation(error.schema)}.`,
          details,
        );
      }
      return unknownField(isBody, place.name, lastPart(error.path), error.schema, details);
    default:
      return new KeymoorError(
        "invalid_request",
        `${place.isWhole ? subject : `A value in ${lowerFirst(subject)}`} must be ${expectation(error.schema)}.`,
        details,
      );
  }
}

/** The unknown name is repeated only when it resembles a known one: name and value may have been swapped. */
function unknownField(
  isBody: boolean,
  parent: string,
  name: string,
  schema: TSchema,
  details: { readonly pointer?: string },
): KeymoorError {
  const known = Object.keys((schema as TObject).properties ?? {});
  const near = nearest(name, known);
  const what = isBody ? "field" : "parameter";
  const where = parent === "" ? "" : ` in "${parent}"`;
  const isSafe = near !== undefined && /^\w[\w.-]*$/.test(name);
  return new KeymoorError(
    isBody ? "unknown_field" : "invalid_request",
    near === undefined ? `A ${what}${where} is not known here.` : `Unknown ${what} "${name}"${where}.`,
    {
      ...(isBody && { pointer: isSafe ? `${details.pointer ?? ""}/${name}` : (details.pointer ?? "") }),
      ...(!isBody && isSafe && { parameter: name }),
      ...(near !== undefined && { hint: `Did you mean "${near}"?` }),
      ...(near === undefined &&
        known.length > 0 && { hint: `Known are ${known.map((key) => `"${key}"`).join(", ")}.` }),
    },
  );
}

function subjectOf(isBody: boolean, name: string): string {
  if (name === "") return isBody ? "The body" : "The query";
  return `${isBody ? "Field" : "Parameter"} "${name}"`;
}

/** What a schema takes, to follow "must be". */
function expectation(schema: TSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.anyOf)) return (schema.anyOf as TSchema[]).map(expectation).join(" or ");
  switch (schema.type) {
    case "string":
      if (schema.contentMediaType === "application/json") return "a JSON object written as a string";
      if (schema.pattern !== undefined && Array.isArray(schema.examples)) return `like ${schema.examples[0]}`;
      return `a string${size(schema.minLength, schema.maxLength, "characters")}`;
    case "integer":
      if (schema.maximum === undefined) return `a whole number from ${schema.minimum ?? 0} on`;
      return `a whole number from ${schema.minimum ?? 0} to ${schema.maximum}`;
    case "boolean":
      return "true or false";
    case "array":
      return `a list${size(schema.minItems, schema.maxItems, "items")}`;
    case "object":
      return schema.patternProperties === undefined
        ? "an object"
        : `an object${size(undefined, schema.maxProperties, "keys")} whose values are strings`;
    default:
      return "of another kind";
  }
}

/** Keys of an object whose keys the caller chooses; see `textMap`. */
function keyExpectation({ propertyNames }: TSchema): string {
  const { maxLength } = (propertyNames ?? {}) as { readonly maxLength?: number };
  return `a string${size(undefined, maxLength, "characters")}, other than "__proto__"`;
}

function size(least: unknown, most: unknown, unit: string): string {
  if (typeof most === "number")
    return ` of ${typeof least === "number" ? `${least} to` : "at most"} ${most} ${unit}`;
  return typeof least === "number" && least > 0 ? ` of at least ${least} ${unit}` : "";
}

interface Located {
  /** `spec.auth_data.data`, as far as the names are those of the schema. */
  readonly name: string;
  readonly pointer: string;
  /** False: the error is about something deeper, under a name that the caller chose. */
  readonly isWhole: boolean;
}

function locate(root: TSchema, path: string): Located {
  let schema: TSchema | undefined = root;
  let name = "";
  let pointer = "";
  for (const part of path.split("/").slice(1)) {
    const child: TSchema | undefined = childOf(schema, part);
    if (child === undefined) return { name, pointer, isWhole: false };
    name += schema?.type === "array" ? `[${part}]` : `${name === "" ? "" : "."}${part}`;
    pointer += `/${part}`;
    schema = child;
  }
  return { name, pointer, isWhole: true };
}

function childOf(schema: TSchema | undefined, part: string): TSchema | undefined {
  if (schema?.type === "array") return /^\d+$/.test(part) ? (schema.items as TSchema) : undefined;
  const properties = (schema as TObject | undefined)?.properties ?? {};
  return Object.hasOwn(properties, part) ? properties[part] : undefined;
}

function lastPart(path: string): string {
  return path
    .slice(path.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Text that is no number stays text, and fails as one. */
function readText(schema: TSchema, data: unknown): unknown {
  const given = data as Readonly<Record<string, unknown>>;
  const properties = (schema as TObject).properties;
  const read: Record<string, unknown> = { ...given };
  for (const [name, property] of Object.entries(properties)) {
    const text = given[name];
    if (text === undefined) {
      if (property.default !== undefined) read[name] = property.default;
    } else if (property.type === "integer" && typeof text === "string" && /^\d{1,15}$/.test(text)) {
      read[name] = Number(text);
    } else if (property.type === "boolean" && (text === "true" || text === "false")) {
      read[name] = text === "true";
    }
  }
  return read;
}
