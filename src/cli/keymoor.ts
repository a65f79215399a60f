import { Command } from "commander";
import { version } from "../version.ts";
import { auditCommand } from "./commands/audit.ts";
import { serveCommand } from "./commands/serve.ts";
import { reportFailure } from "./report-failure.ts";

const program = new Command("keymoor")
  .description("Self-hosted, governed connections for Apache Flink SQL")
  .version(version)
  .showHelpAfterError("(keymoor --help lists what there is)")
  .addCommand(serveCommand())
  .addCommand(auditCommand());

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
}
