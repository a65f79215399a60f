import { errorTable } from "../errors.ts";

/** docs/errors.md, from the table of errors. */
export function errorsPage(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { status, title, meaning }]) =>
      `| \`${code}\` | ${status} | ${title} | ${meaning.replaceAll("|", "\\|")} |`,
  );
  return `<!-- Generated from src/errors.ts by \`npm run docs\`. Do not edit. -->
# Errors

Every failure has a code that never changes its meaning. Answers carry it as \`errors[0].code\`, beside a \`detail\` that names
what went wrong and with which thing, and never repeats the value of a field.

| code | status | title | meaning |
|---|---|---|---|
${rows.join("\n")}
`;
}
