import { type Command, Option } from "commander";
import type { Setting } from "../config/setting.ts";
import { configFileVariable, flagOf, type SettingName, settings, variableOf } from "../config/settings.ts";
import { defaultOf } from "../docs/configuration-page.ts";
import { KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";

/** Adds `--config` and the flags of settings to a command. Secrets have none. */
export function addSettingOptions(command: Command, names: readonly SettingName[]): Command {
  command.option("--config <path>", `Configuration file, YAML. (${configFileVariable})`);
  for (const name of names) {
    const setting: Setting = settings[name];
    if (setting.isSecret) continue;
    const value = setting.schema.type === "boolean" ? "[on|off]" : `<${setting.isPath ? "path" : "value"}>`;
    const about = `${setting.about} Default: ${defaultOf(setting)}. (${variableOf(name)})`;
    command.addOption(new Option(`${flagOf(name)} ${value}`, about));
  }
  // Left to `refuseUnknownArguments`, because commander repeats them, and a value of a misspelt flag may be a secret.
  return command.allowUnknownOption().allowExcessArguments();
}

/** What the flags of a command say, as text by setting name. `operands` is how many arguments it takes besides. */
export function flagTexts(command: Command, operands = 0): Readonly<Record<string, string>> {
  refuseUnknownArguments(command, operands);
  return Object.fromEntries(
    Object.entries(command.opts()).map(([name, value]) => [name, value === true ? "on" : String(value)]),
  );
}

function refuseUnknownArguments(command: Command, operands: number): void {
  const [first] = command.args.slice(operands);
  if (first === undefined) return;
  const [flag = ""] = first.split("=");
  if (!flag.startsWith("-")) {
    throw new KeymoorError("cannot_start", `"keymoor ${command.name()}" takes flags only.`, {
      hint: "--help lists them.",
    });
  }
  const secret = Object.entries<Setting>(settings).find(
    ([name, { isSecret }]) => isSecret && flagOf(name) === flag,
  );
  if (secret !== undefined) {
    const [name] = secret;
    throw new KeymoorError(
      "cannot_start",
      `${flag} is no flag: others can see the command line of a process.`,
      {
        hint: `Set ${variableOf(name)}, or "${name}" in the configuration file.`,
      },
    );
  }
  const close = nearest(
    flag,
    command.options.flatMap(({ long }) => long ?? []),
  );
  throw new KeymoorError("cannot_start", `Unknown flag ${flag}.`, {
    hint: close === undefined ? "--help lists the flags." : `Did you mean ${close}?`,
  });
}
