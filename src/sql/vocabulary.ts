/** When the value of an option may stand in a redacted statement. */
export type Showing =
  | { readonly show: "never" }
  /** One of these, in any case. */
  | { readonly show: "values"; readonly values: readonly string[] }
  /** A URL; its user info and the values of its query are masked. */
  | { readonly show: "url" };

/** What this folder has to know of connections; the facts themselves stand in the files of the types. */
export interface Vocabulary {
  /** Every option that any type knows, by its key in lower case, `type` and `endpoint` included. */
  readonly options: ReadonlyMap<string, Showing>;
}
