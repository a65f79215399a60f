import { processIo } from "./io.ts";
import { runCli } from "./run.ts";

// Whoever reads our output may stop in the middle, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const exitCode = await runCli(process.argv.slice(2), processIo());
// A command that ended well may have set its own.
if (exitCode !== 0) process.exitCode = exitCode;
