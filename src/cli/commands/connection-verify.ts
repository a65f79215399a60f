import { Command } from "commander";
import type { Check } from "../../client/checks.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printData, printLine } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { sentence } from "../sentence.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";

interface Flags extends PlaceFlags {
  readonly output: OutputFormat;
}

/** `keymoor connection verify`: whether a connection works, step by step; ends with 3 when it does not. */
export function connectionVerifyCommand(io: Io): Command {
  const command = new Command("verify")
    .description("Check now whether a connection works.")
    .argument("<name>", "Name of the connection.")
    .action(async (name: string, flags: Flags) => {
      const { verifyConnection } = await import("../../client/checks.ts");
      const { checkFailure, isHealthy, printCheck } = await import("../print-check.ts");
      const session = await openSession(io, flags);
      const place = await session.place();
      const check = await withProgress(io, `Checking ${name}`, () =>
        verifyConnection(session.client, place, name),
      );
      if (flags.output === "human") printCheck(io, io.stdout, check);
      else await printData(io, flags.output, check);
      if (!isHealthy(check)) throw checkFailure(name, check);
      if (flags.output === "human") printLine(io, verdict(name, check));
    });
  return addOutputOption(addPlaceOptions(command));
}

function verdict(name: string, { outcome, detail }: Check): string {
  const what =
    outcome === "accepted"
      ? `Connection "${name}" works.`
      : `Nothing was found to be wrong with connection "${name}".`;
  return `${what} ${sentence(detail)}`.trim();
}
