import { useState } from "react";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { Segmented } from "../../../ui/segmented.tsx";
import { cliText } from "./cli-text.ts";
import { curlText } from "./curl-text.ts";
import type { SnippetInput } from "./snippet-input.ts";
import styles from "./snippets.module.css";
import { sqlText } from "./sql-text.ts";
import { terraformText } from "./terraform-text.ts";

const languages = [
  { value: "sql", label: "SQL" },
  { value: "cli", label: "CLI" },
  { value: "terraform", label: "Terraform" },
  { value: "curl", label: "curl" },
] as const;

type Language = (typeof languages)[number]["value"];

/** The same connection as statement, command, resource and request; secrets are placeholders. */
export function Snippets({ input }: { readonly input: SnippetInput }) {
  const [language, setLanguage] = useState<Language>("sql");
  const code = textOf(language, input);
  return (
    <div className={styles.snippets}>
      <Segmented label="Language" isLabelHidden value={language} options={languages} onChange={setLanguage} />
      {code === undefined ? (
        <p className={styles.note}>
          Confluent's Terraform provider does not know {input.type.label} with this way to authenticate. Run
          the SQL by its resource <code>confluent_flink_statement</code>, or take another of these.
        </p>
      ) : (
        <CodeBlock code={code} what={languages.find(({ value }) => value === language)?.label ?? ""} />
      )}
      <p className={styles.note}>Placeholders stand where the credential goes: it cannot be read back.</p>
    </div>
  );
}

function textOf(language: Language, input: SnippetInput): string | undefined {
  switch (language) {
    case "sql":
      return sqlText(input);
    case "cli":
      return cliText(input);
    case "terraform":
      return terraformText(input);
    case "curl":
      return curlText(input);
  }
}
