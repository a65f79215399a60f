import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { PrincipalRecord } from "../storage/records.ts";
import type { Page, Step } from "../storage/store.ts";
import { administratorRemains } from "./administrator-remains.ts";
import { type ControlAct, changeControl, managesSomewhere } from "./control-act.ts";
import { countedRead } from "./counted-read.ts";
import { findUser } from "./find-user.ts";
import { needOrganizationAdmin } from "./need-right.ts";
import type { PageRequest } from "./page-within.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

/** In order of id: all for those who manage access somewhere, else oneself. */
export function listUsers(
  services: Services,
  caller: Caller,
  origin: Origin,
  page: () => PageRequest,
): Promise<Page<PrincipalRecord>> {
  return countedRead(services, caller, origin, "user.list", async () => {
    refuseUseToken(caller);
    const { after, limit } = page();
    const only = (await managesSomewhere(services, caller)) ? {} : { id: caller.principal };
    return await services.store.read.principalPage({ kind: "user", ...only }, after, limit);
  });
}

export function describeUser(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<PrincipalRecord> {
  return countedRead(services, caller, origin, "user.describe", async () => {
    refuseUseToken(caller);
    return await findUser(services, caller, id);
  });
}

/** Oneself, or anybody for an OrganizationAdmin. */
export function renameUser(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
  name: () => string,
): Promise<PrincipalRecord> {
  return changeControl(services, caller, origin, "user.update", async (act) => {
    const user = await findUser(services, caller, id);
    if (user.id !== caller.principal)
      needOrganizationAdmin(caller, act.organizationId, "Renaming another user");
    return await change(act, user, { name: name() }, []);
  });
}

/** With his keys, roles and sessions. What he made stays, and his use tokens let nothing through any more. */
export function deleteUser(services: Services, caller: Caller, origin: Origin, id: string): Promise<void> {
  return changeControl(services, caller, origin, "user.delete", async (act) => {
    const user = await findUser(services, caller, id);
    needOrganizationAdmin(caller, act.organizationId, "Deleting a user");
    judgeOther(caller, user, "delete");
    await services.store.write([
      { do: "delete_principal", id },
      administratorRemains,
      act.audit({ kind: "user", id }),
    ]);
  });
}

/** His keys, sessions and use tokens stop at once, and hold again when he is enabled; his sessions are gone for good. */
export function disableUser(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<PrincipalRecord> {
  return changeControl(services, caller, origin, "user.disable", async (act) => {
    const user = await findUser(services, caller, id);
    needOrganizationAdmin(caller, act.organizationId, "Disabling a user");
    judgeOther(caller, user, "disable");
    if (user.disabledAt !== null) return user;
    return await change(act, user, { disabledAt: act.at }, [administratorRemains]);
  });
}

export function enableUser(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<PrincipalRecord> {
  return changeControl(services, caller, origin, "user.enable", async (act) => {
    const user = await findUser(services, caller, id);
    needOrganizationAdmin(caller, act.organizationId, "Enabling a user");
    return user.disabledAt === null ? user : await change(act, user, { disabledAt: null }, []);
  });
}

async function change(
  { services, at, audit }: ControlAct,
  user: PrincipalRecord,
  changed: Partial<Pick<PrincipalRecord, "name" | "disabledAt">>,
  conditions: readonly Step[],
): Promise<PrincipalRecord> {
  await services.store.write([
    { do: "update_principal", id: user.id, change: changed, updatedAt: at },
    ...conditions,
    audit({ kind: "user", id: user.id }),
  ]);
  return { ...user, ...changed, updatedAt: at };
}

function judgeOther(caller: Caller, user: PrincipalRecord, verb: string): void {
  if (user.id !== caller.principal) return;
  throw new KeymoorError("user_unauthorized", `Nobody can ${verb} himself.`, {
    hint: "Another OrganizationAdmin can.",
  });
}
