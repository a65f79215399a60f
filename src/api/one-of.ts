import { type StringOptions, type TUnsafe, Type } from "@sinclair/typebox";

/** One of these texts: an `enum` in OpenAPI, which is read more easily than a list of constants. */
export function oneOf<const Value extends string>(
  values: readonly Value[],
  options: StringOptions = {},
): TUnsafe<Value> {
  return Type.Unsafe<Value>(Type.String({ ...options, enum: [...values] }));
}
