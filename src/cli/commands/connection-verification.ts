import { Command } from "commander";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printObject } from "../output/print.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends PlaceFlags {
  readonly output: OutputFormat;
}

/** `keymoor connection verification`: whether a connection is checked without being asked, and the switch for it. */
export function connectionVerificationCommand(io: Io): Command {
  const command = new Command("verification")
    .description("Show whether a connection is checked without being asked, or switch it on or off.")
    .addArgument(completedArgument("<name>", "Name of the connection.", "connection"))
    .addArgument(
      completedArgument("[switch]", "`on` or `off`; what it is now when absent.", switches, judgeSwitch),
    )
    .action(async (name: string, wanted: string | undefined, flags: Flags) => {
      const { getVerification, switchVerification } = await import("../../client/checks.ts");
      const session = await openSession(io, flags);
      const { client } = session;
      const place = await session.place();
      const { enabled, next_check_at: next } =
        wanted === undefined
          ? await getVerification(client, place, name)
          : await switchVerification(client, place, name, wanted === "on");
      await printObject(io, flags.output, [
        { key: "name", label: "Name", value: name },
        { key: "enabled", label: "Verification", value: enabled, text: enabled ? "on" : "off" },
        {
          key: "next_check_at",
          label: "Next Check",
          ...(next === null ? { value: null, text: "when asked" } : { value: new Date(next) }),
        },
      ]);
    });
  return addOutputOption(addPlaceOptions(command));
}

const switches = ["on", "off"];

function judgeSwitch(text: string): string {
  if (switches.includes(text)) return text;
  throw new UsageError("The switch of a connection's checks is `on` or `off`.", {
    hint: "keymoor connection verification NAME off",
  });
}
