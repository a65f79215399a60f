/** Ctrl-C at a question. Says nothing and ends with 130, as a shell does. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
