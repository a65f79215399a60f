// Builds the server and the benchmark, then runs it. BENCH_ROUNDS and BENCH_SECONDS make it longer or shorter.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (file) => {
  const { status } = spawnSync(process.execPath, [file], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

run("scripts/build.js");
await build({
  absWorkingDir: root,
  entryPoints: ["bench/bench.ts", "bench/load.ts", "bench/upstream.ts"],
  outdir: "dist/bench",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
run("dist/bench/bench.js");
