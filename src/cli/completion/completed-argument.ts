import { Argument } from "commander";

/** What the server or the file of profiles has names of, or the words themselves. */
export type ArgumentValues =
  | "connection"
  | "statement"
  | "use_token"
  /** Of the credential of the connection that stands before it. */
  | "version"
  | "environment"
  | "compute_pool"
  | "service_account"
  | "api_key"
  | "role_binding"
  | "profile"
  | readonly string[];

interface CompletedArgument extends Argument {
  readonly values: ArgumentValues;
}

/** An argument that completion knows the values of. */
export function completedArgument(
  usage: string,
  about: string,
  values: ArgumentValues,
  judge?: (text: string) => string | number,
): CompletedArgument {
  const argument = new Argument(usage, about);
  return Object.assign(judge === undefined ? argument : argument.argParser(judge), { values });
}

/** undefined where completion has nothing to offer, such as a name that is new. */
export function valuesOf(argument: Argument): ArgumentValues | undefined {
  return "values" in argument ? (argument as CompletedArgument).values : undefined;
}
