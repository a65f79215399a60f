import { Command } from "commander";
import type { Io } from "../io.ts";
import { computePoolCommand } from "./compute-pool.ts";
import { flinkConnectionCommand } from "./flink-connection.ts";
import { statementCommand } from "./flink-statement.ts";
import { regionCommand } from "./region.ts";

/** `keymoor flink`: the commands of Confluent's CLI under its own names. */
export function flinkCommand(io: Io): Command {
  return new Command("flink")
    .description("Manage connections and statements with the commands of Confluent's CLI.")
    .addCommand(flinkConnectionCommand(io))
    .addCommand(statementCommand(io, "flink"))
    .addCommand(regionCommand(io))
    .addCommand(computePoolCommand(io, "flink"));
}
