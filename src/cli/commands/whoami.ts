import { Command } from "commander";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printObject } from "../output/print.ts";
import { openSession } from "../session.ts";

interface Flags {
  readonly profile?: string;
  readonly output: OutputFormat;
}

/** `keymoor whoami`: whom the server takes the key for, and what it reaches. */
export function whoamiCommand(io: Io): Command {
  const command = new Command("whoami")
    .description("Say who the server takes you for, and what you reach there.")
    .option("--profile <name>", "Profile to ask with. (KEYMOOR_PROFILE)")
    .action(async (flags: Flags) => {
      const { client, whoami } = await openSession(io, flags);
      const { principal, credential, organization, environments, regions, roles, server } = await whoami();
      await printObject(io, flags.output, [
        { key: "principal", label: "Principal", value: principal.id },
        { key: "kind", label: "Kind", value: principal.kind, text: principal.kind.replace("_", " ") },
        { key: "name", label: "Name", value: principal.name },
        { key: "email", label: "E-mail", value: principal.email ?? undefined },
        { key: "credential", label: "Credential", value: credential.id },
        {
          key: "organization",
          label: "Organization",
          value: { ...organization },
          text: `${organization.name} ${organization.id}`,
        },
        {
          key: "environments",
          label: "Environments",
          value: environments.map(({ id, name }) => ({ id, name })),
          text: environments.map(({ id, name }) => `${id} (${name})`).join(" "),
        },
        {
          key: "regions",
          label: "Regions",
          value: regions.map(({ cloud, region, endpoint }) => ({
            cloud: cloud.toLowerCase(),
            region,
            endpoint,
          })),
          text: regions.map(({ cloud, region }) => `${cloud.toLowerCase()}.${region}`).join(" "),
        },
        {
          key: "roles",
          label: "Roles",
          value: roles.map(({ role, environment_id }) => ({ role, environment_id })),
          text: roles.map(({ role, environment_id: at }) => role + (at === null ? "" : `@${at}`)).join(" "),
        },
        { key: "server", label: "Server", value: client.url },
        { key: "server_version", label: "Server Version", value: server.version },
      ]);
    });
  return addOutputOption(command);
}
