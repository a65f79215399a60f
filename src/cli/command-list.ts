import type { Command } from "commander";
import type { Io } from "./io.ts";

interface ListedCommand {
  /** First word of a command line. */
  readonly name: string;
  /** As the command says of itself; a test holds both together. */
  readonly about: string;
  /** Loaded when it is named, and for help on all of them only its line here. */
  readonly load: (io: Io) => Promise<Command>;
  /** For no person. */
  readonly isHidden?: true;
  /** It looks at all other commands. */
  readonly needsAll?: true;
}

/** Every command, in the order users see. Each is a file of `commands/`. */
export const commandList: readonly ListedCommand[] = [
  {
    name: "serve",
    about: "Start the server in the foreground.",
    load: async () => (await import("./commands/serve.ts")).serveCommand(),
  },
  {
    name: "login",
    about: "Prove an API key at a server and keep both as a profile.",
    load: async (io) => (await import("./commands/login.ts")).loginCommand(io),
  },
  {
    name: "logout",
    about: "Forget the current profile, or the named one, with its key.",
    load: async (io) => (await import("./commands/logout.ts")).logoutCommand(io),
  },
  {
    name: "whoami",
    about: "Say who the server takes you for, and what you reach there.",
    load: async (io) => (await import("./commands/whoami.ts")).whoamiCommand(io),
  },
  {
    name: "profile",
    about: "Manage the profiles that `keymoor login` keeps.",
    load: async (io) => (await import("./commands/profile.ts")).profileCommand(io),
  },
  {
    name: "flink",
    about: "Manage connections and statements with the commands of Confluent's CLI.",
    load: async (io) => (await import("./commands/flink.ts")).flinkCommand(io),
  },
  {
    name: "connection",
    about: "Manage connections.",
    load: async (io) => (await import("./commands/connection.ts")).connectionCommand(io),
  },
  {
    name: "statement",
    about: "Manage Flink SQL statements.",
    load: async (io) => (await import("./commands/flink-statement.ts")).statementCommand(io, "plain"),
  },
  {
    name: "sql",
    about: "Run SQL statements, or open a shell for them.",
    load: async (io) => (await import("./commands/sql.ts")).sqlCommand(io),
  },
  {
    name: "admin",
    about: "Operate a server: backup, restore, master key, lost passwords.",
    load: async (io) => (await import("./commands/admin.ts")).adminCommand(io),
  },
  {
    name: "environment",
    about: "Manage environments, and choose the one to work in.",
    load: async (io) => (await import("./commands/environment.ts")).environmentCommand(io),
  },
  {
    name: "compute-pool",
    about: "Manage the compute pools that statements name.",
    load: async (io) => (await import("./commands/compute-pool.ts")).computePoolCommand(io, "plain"),
  },
  {
    name: "service-account",
    about: "Manage service accounts: whoever programs sign in as.",
    load: async (io) => (await import("./commands/service-account.ts")).serviceAccountCommand(io),
  },
  {
    name: "api-key",
    about: "Manage API keys: one's own, and those of service accounts.",
    load: async (io) => (await import("./commands/api-key.ts")).apiKeyCommand(io),
  },
  {
    name: "role-binding",
    about: "Manage role bindings: who may do what, and where.",
    load: async (io) => (await import("./commands/role-binding.ts")).roleBindingCommand(io),
  },
  {
    name: "token",
    about:
      "Manage use tokens: a program with one may call through the connections it names, and nothing else.",
    load: async (io) => (await import("./commands/token.ts")).tokenCommand(io),
  },
  {
    name: "export",
    about: "Write the connections of an environment as YAML, with references in place of secrets.",
    load: async (io) => (await import("./commands/export.ts")).exportCommand(io),
  },
  {
    name: "apply",
    about:
      "Create, rotate and delete connections so that they are as a file says; shows the difference first.",
    load: async (io) => (await import("./commands/apply.ts")).applyCommand(io),
  },
  {
    name: "audit",
    about: "What the audit trail has and whether it holds.",
    load: async (io) => (await import("./commands/audit.ts")).auditCommand(io),
  },
  {
    name: "completion",
    about: "Print the completion script of a shell.",
    load: async (io) => (await import("./commands/completion.ts")).completionCommand(io),
  },
  {
    name: "complete",
    about: "Say what may come next on a command line.",
    load: async (io) => (await import("./commands/completion.ts")).completeCommand(io),
    isHidden: true,
    needsAll: true,
  },
];
