import { Command } from "commander";
import type { RoleBinding } from "../../client/role-bindings.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import { deleteNamed } from "../delete-named.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printList, printObject } from "../output/print.ts";
import { addPlaceOptions, addProfileOption, openSession, type PlaceFlags } from "../session.ts";
import { UsageError } from "../usage-error.ts";

interface Flags {
  readonly profile?: string;
  readonly output: OutputFormat;
}

const columns = [
  { key: "id", label: "ID" },
  { key: "principal", label: "Principal" },
  { key: "role", label: "Role" },
  { key: "crn_pattern", label: "Bound To" },
];

/** `keymoor role-binding`: who may do what, and where. */
export function roleBindingCommand(io: Io): Command {
  return new Command("role-binding")
    .description("Manage role bindings: who may do what, and where.")
    .addCommand(listCommand(io))
    .addCommand(createCommand(io))
    .addCommand(deleteCommand(io));
}

interface ListFlags extends Flags {
  readonly principal?: string;
  readonly role?: string;
}

function listCommand(io: Io): Command {
  const command = new Command("list")
    .description("List role bindings: your own, and those of the environments that you manage.")
    .option("--principal <id>", "Only those of this user or service account.")
    .option("--role <role>", "Only this role.")
    .action(async ({ principal, role, ...flags }: ListFlags) => {
      const { client } = await openSession(io, flags);
      const { listRoleBindings } = await import("../../client/role-bindings.ts");
      const rows: ReturnType<typeof rowOf>[] = [];
      const filter = { principal: principal && principalOf(principal), role };
      for await (const binding of listRoleBindings(client, filter)) rows.push(rowOf(binding));
      await printList(io, flags.output, columns, rows, { isSorted: true });
    });
  return addProfileOption(addOutputOption(command));
}

interface CreateFlags extends Flags, PlaceFlags {
  readonly principal: string;
  readonly role: string;
  readonly serviceAccount?: string;
}

function createCommand(io: Io): Command {
  const command = new Command("create")
    .description(
      "Bind a role: without a place to the whole organization, with --environment to that, and with --cloud and --region to one region of it.",
    )
    .requiredOption("--principal <id>", "User or service account that gets the role.")
    .requiredOption("--role <role>", "Role, such as FlinkDeveloper.")
    .option("--service-account <id>", "Service account that an Assigner may run statements as.")
    .action(async (flags: CreateFlags) => {
      const { environment, cloud, region, serviceAccount } = flags;
      // Unlike elsewhere, nothing is taken from the profile: a role must not reach further than was said.
      if (!cloud !== !region || (cloud && !environment))
        throw new UsageError("A region is said with --environment, --cloud and --region.");
      const { client, whoami } = await openSession(io, flags);
      const { createRoleBinding, crnOf } = await import("../../client/role-bindings.ts");
      const crn_pattern = await crnOf(client, (await whoami()).organization.id, {
        environment,
        in: cloud && region ? { cloud: cloud.toLowerCase(), region } : undefined,
        serviceAccount,
      });
      const principal = principalOf(flags.principal);
      const made = await createRoleBinding(client, { principal, role_name: flags.role, crn_pattern });
      const row: Readonly<Record<string, string>> = rowOf(made);
      await printObject(
        io,
        flags.output,
        columns.map((column) => ({ ...column, value: row[column.key] })),
        { isOurs: true },
      );
    });
  return addPlaceOptions(addOutputOption(command));
}

function deleteCommand(io: Io): Command {
  const command = new Command("delete")
    .description("Take roles away; it holds from the next request on.")
    .addArgument(completedArgument("<ids...>", "IDs of the role bindings.", "role_binding"))
    .action(async (ids: readonly string[], flags: Flags & ConsentFlags) => {
      const { client } = await openSession(io, flags);
      const { deleteRoleBinding, getRoleBinding } = await import("../../client/role-bindings.ts");
      await deleteNamed(io, {
        names: ids,
        kind: "role binding",
        listCommand: "keymoor role-binding list",
        doneText: "Deleted",
        isExact: false,
        ask: (question) => mayGoOn(io, flags, question),
        read: (id) => getRoleBinding(client, id),
        remove: (id) => deleteRoleBinding(client, id),
      });
    });
  return addProfileOption(addConsentOptions(command));
}

/** `sa-abc123`, or as the contract writes it, `User:sa-abc123`. */
function principalOf(id: string): string {
  return id.startsWith("User:") ? id : `User:${id}`;
}

function rowOf({ id, principal, role_name, crn_pattern }: RoleBinding) {
  return { id, principal: principal.replace(/^User:/, ""), role: role_name, crn_pattern };
}
