import { accessCommands } from "./cli/access-commands.ts";
import { connectionCommands } from "./cli/connection-commands.ts";
import { controlPlaneCommands } from "./cli/control-plane-commands.ts";
import type { Where } from "./cli/gateway.ts";
import { type CliOptions, CliSession } from "./cli/session.ts";
import { openShell } from "./cli/shell.ts";
import { statementCommands } from "./cli/statement-commands.ts";
import { requestLine } from "./wire.ts";

/**
 * The Confluent CLI as Keymoor's server meets it: each method is a command, sends the requests that the command was seen to
 * send (contract/cli.md), and reads the answers as strictly as the program does. A failure is what a user would read.
 */
export function cliClient(base: string, now: () => Date, ca?: string) {
  const session = new CliSession(base, now, ca);
  return {
    session,
    login: (options: CliOptions) => session.logIn(options),
    logout: () => session.logOut(),
    ...controlPlaneCommands(session),
    ...accessCommands(session),
    connection: connectionCommands(session),
    statement: statementCommands(session),
    shell: (where: Where) => openShell(session, where),
    /** Requests that were sent while `run` ran, without the origin. */
    async requestsOf(run: () => Promise<unknown>): Promise<readonly string[]> {
      const before = session.exchanges.length;
      await run();
      return session.exchanges.slice(before).map(requestLine);
    },
  };
}

export type CliClient = ReturnType<typeof cliClient>;
