import { optionKeys } from "../src/connections/vocabulary.ts";
import { parseConnectionStatement } from "../src/sql/parse-connection-statement.ts";
import { redact } from "../src/sql/redact.ts";

/** CREATE CONNECTION statements redacted per second on one core, no two texts alike. */
export function redactPerSecond(seconds: number): number {
  const vocabulary = optionKeys();
  return perSecond(seconds, (n) => redact(statement(n), vocabulary));
}

/** The same, parsed. */
export function parsePerSecond(seconds: number): number {
  const vocabulary = optionKeys();
  return perSecond(seconds, (n) => parseConnectionStatement(statement(n), vocabulary));
}

function statement(n: number): string {
  return `CREATE CONNECTION \`openai_${n}\` COMMENT 'team ${n}' WITH (
  'type' = 'openai',
  'endpoint' = 'https://api.openai.com/v1/chat/completions',
  'api-key' = 'sk-proj-${n}-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
);`;
}

function perSecond(seconds: number, work: (n: number) => unknown): number {
  for (let n = 0; n < 5_000; n += 1) work(n);
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1000;
  let count = 0;
  while (performance.now() < untilMs) {
    for (let n = 0; n < 200; n += 1) work(count + n);
    count += 200;
  }
  return (count / (performance.now() - startedMs)) * 1000;
}
