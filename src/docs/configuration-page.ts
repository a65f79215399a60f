import type { Setting, SettingGroup } from "../config/setting.ts";
import { configFileVariable, flagOf, settings, variableOf } from "../config/settings.ts";

/** docs/configuration.md, from the table of settings. */
export function configurationPage(): string {
  const entries = Object.entries<Setting>(settings);
  const groups = [...new Set(entries.map(([, setting]) => setting.group))];
  return [introduction, ...groups.map((group) => section(group, entries))].join("\n");
}

const introduction = `<!-- Generated from src/config/settings.ts by \`npm run docs\`. Do not edit. -->
# Configuration

Every setting can be given in three ways, and the first one that gives it decides:

1. a flag of \`keymoor serve\`: \`--public-url https://keymoor.example.com\`
2. an environment variable: \`KEYMOOR_PUBLIC_URL=https://keymoor.example.com\`
3. the configuration file, YAML, named by \`--config FILE\` or \`${configFileVariable}\`: \`publicUrl: https://keymoor.example.com\`

A variable that is set to nothing counts as unset. A list is written with commas; in the file it may be a YAML list. On and
off may be written as on/off, true/false, yes/no or 1/0. A relative path begins at the working directory, in the file at the
file's own folder. An unknown flag, or an unknown key in the file, refuses to start and names the nearest known one; an
unknown \`KEYMOOR_*\` variable is a warning. Secrets have no flag, because others can see the command line of a process.
`;

function section(group: SettingGroup, entries: readonly (readonly [string, Setting])[]): string {
  const own = entries.filter(([, setting]) => setting.group === group);
  return `## ${group}\n\n${own.map(([name, setting]) => describeSetting(name, setting)).join("\n")}`;
}

function describeSetting(name: string, setting: Setting): string {
  const flag = setting.isSecret ? "no flag" : `\`${flagOf(name)}\``;
  const unit = setting.unit === undefined ? "" : `, in ${setting.unit}`;
  return `### ${name}

\`${variableOf(name)}\`, ${flag}. Takes ${setting.rule}${unit}. Default: ${defaultOf(setting)}.

${setting.about}
`;
}

/** The default as the manual and \`--help\` say it. */
export function defaultOf({ default: fallback, whenUnset }: Setting): string {
  if (fallback === undefined) return whenUnset ?? "none";
  if (Array.isArray(fallback)) return "none";
  return typeof fallback === "boolean" ? `\`${fallback ? "on" : "off"}\`` : `\`${String(fallback)}\``;
}
