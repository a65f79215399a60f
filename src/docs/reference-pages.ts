import { cliPage } from "./cli-page.ts";
import { configurationPage } from "./configuration-page.ts";
import { connectionTypesPage } from "./connection-types-page.ts";
import { errorsPage } from "./errors-page.ts";

/** The generated pages of the manual, by file below the repository. `npm run docs` writes them, a test checks them. */
export const referencePages: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/cli.md": cliPage,
  "docs/connection-types.md": connectionTypesPage,
  "docs/configuration.md": configurationPage,
  "docs/errors.md": errorsPage,
};
