import { Command } from "commander";
import { nearest } from "../../nearest.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** `keymoor completion SHELL`: the script that a shell reads in. */
export function completionCommand(io: Io): Command {
  return new Command("completion")
    .description("Print the completion script of a shell.")
    .addArgument(completedArgument("<shell>", '"bash", "zsh", or "fish".', [...shells].sort()))
    .addHelpText(
      "after",
      `
  bash    source <(keymoor completion bash)          in ~/.bashrc
  zsh     source <(keymoor completion zsh)           in ~/.zshrc, behind compinit
  fish    keymoor completion fish | source           in ~/.config/fish/config.fish`,
    )
    .action(async (word: string) => {
      const shell = shells.find((name) => name === word);
      if (shell === undefined) {
        const close = nearest(word, shells);
        throw new UsageError('completion takes "bash", "zsh", or "fish".', {
          ...(close !== undefined && { hint: `Did you mean "${close}"?` }),
        });
      }
      if (shell === "bash") {
        const { bashScript } = await import("../completion/bash-script.ts");
        io.stdout.write(bashScript);
        return;
      }
      const { script } = await import("@bomb.sh/tab");
      script(shell, "keymoor", "keymoor");
    });
}

/** `keymoor complete -- WORDS`: what the scripts ask, in the protocol of @bomb.sh/tab: `value\tabout` lines, then `:directive`. */
export function completeCommand(io: Io): Command {
  const command = new Command("complete")
    .description("Say what may come next on a command line.")
    .argument("[words...]")
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const { completeWords } = await import("../completion/complete-words.ts");
      const { valueSource } = await import("../completion/value-source.ts");
      const program = command.parent ?? command;
      const { candidates, takesFiles } = await completeWords(program, words, valueSource(io));
      for (const { value, about } of candidates) {
        if (isPlainWord(value)) io.stdout.write(`${value}\t${about}\n`);
      }
      io.stdout.write(`:${takesFiles ? directives.files : directives.noFiles}\n`);
    });
  return command;
}

/** Shells insert a candidate as it is: one that they would expand or split is not offered. Names come from a server. */
function isPlainWord(value: string): boolean {
  return /^[\w.:/@=-]+$/.test(value);
}

/** Numbers of the protocol, which began with cobra. */
const directives = { files: 0, noFiles: 4 } as const;
