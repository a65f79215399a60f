import { exitCodes } from "./exit-codes.ts";
import { processIo } from "./io.ts";
import { onlyReads } from "./only-reads.ts";
import { runCli } from "./run.ts";

/** Help and the like, until a command begins. */
let mayStop = true;

// Whoever reads our output may stop in the middle, as `head` does. What changes something still ends what it began.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE" && process.exitCode === undefined) {
    process.exitCode = exitCodes.failed.code;
    process.stderr.write(`Error: Standard output cannot be written (${error.code}).\n`);
  }
  if (mayStop) process.exit();
});
// Nobody is left to tell.
process.stderr.on("error", () => {});

const onCommand = (path: string) => {
  mayStop = onlyReads(path);
};
const exitCode = await runCli(process.argv.slice(2), { ...processIo(), onCommand });
// A command that ended well may have set its own.
if (exitCode !== 0) process.exitCode = exitCode;
