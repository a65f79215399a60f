import { ClientError } from "../../../src/client/client-error.ts";

/** Code that does not come is a failure like any other: it has a sentence, and can be tried again. */
export async function loadCode<Module>(load: () => Promise<Module>, what: string): Promise<Module> {
  try {
    return await load();
  } catch {
    throw new ClientError(
      "unreachable",
      `${what} was not loaded. The server does not answer, or it has a newer console: then reload the page.`,
    );
  }
}
