import { Command } from "commander";
import type { Io } from "../io.ts";
import { connectionCallCommand } from "./connection-call.ts";
import { connectionChecksCommand } from "./connection-checks.ts";
import { connectionCreateCommand } from "./connection-create.ts";
import { connectionDeleteCommand } from "./connection-delete.ts";
import { connectionDependantsCommand } from "./connection-dependants.ts";
import { connectionDescribeCommand } from "./connection-describe.ts";
import { connectionListCommand } from "./connection-list.ts";
import { connectionRotateCommand, connectionUpdateCommand } from "./connection-rotate.ts";
import { connectionTypesCommand } from "./connection-types.ts";
import { connectionUsageCommand } from "./connection-usage.ts";
import { connectionVerificationCommand } from "./connection-verification.ts";
import { connectionVerifyCommand } from "./connection-verify.ts";
import { connectionRollbackCommand, connectionVersionsCommand } from "./connection-versions.ts";

/** `keymoor connection`: everything one does with connections. */
export function connectionCommand(io: Io): Command {
  return new Command("connection")
    .description("Manage connections.")
    .addCommand(connectionListCommand(io))
    .addCommand(connectionDescribeCommand(io))
    .addCommand(connectionCreateCommand(io))
    .addCommand(connectionTypesCommand(io))
    .addCommand(connectionUpdateCommand(io))
    .addCommand(connectionRotateCommand(io))
    .addCommand(connectionVersionsCommand(io))
    .addCommand(connectionRollbackCommand(io))
    .addCommand(connectionVerifyCommand(io))
    .addCommand(connectionChecksCommand(io))
    .addCommand(connectionVerificationCommand(io))
    .addCommand(connectionUsageCommand(io))
    .addCommand(connectionDependantsCommand(io))
    .addCommand(connectionCallCommand(io))
    .addCommand(connectionDeleteCommand(io));
}
