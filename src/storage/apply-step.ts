import {
  apiKey,
  computePool,
  environment,
  identityPool,
  insertNew,
  insertPrincipal,
  insertUseToken,
  organization,
  region,
  regionOrigin,
  revokeUseToken,
  ringKey,
  roleBinding,
  seeded,
} from "./access-steps.ts";
import type { AuditChain } from "./audit-chain.ts";
import { insertAuditEvent } from "./audit-steps.ts";
import {
  claimCheck,
  claimWebhook,
  finishWebhook,
  hurryWebhooks,
  insertWebhook,
  recordCheck,
  releaseCheck,
  switchChecks,
} from "./check-steps.ts";
import {
  activateCredential,
  deleteConnection,
  insertConnection,
  rotateConnection,
  setManagedBy,
} from "./connection-steps.ts";
import {
  deleteApiKey,
  deleteComputePool,
  deleteEnvironment,
  deleteIdentityPool,
  deletePrincipal,
  deleteRoleBinding,
  requireAdministrator,
  requireEnvironment,
  requirePrincipal,
  updateApiKey,
  updateComputePool,
  updateEnvironment,
  updateIdentityPool,
  updatePrincipal,
} from "./control-plane-steps.ts";
import { recordDefinition } from "./dependant-steps.ts";
import { forgetEverything } from "./forget-steps.ts";
import { change, type Work } from "./query.ts";
import { rewrap } from "./rewrap-steps.ts";
import type { UsageDayRow } from "./schema.ts";
import {
  deleteInvitation,
  deleteSessions,
  insertLink,
  insertSession,
  requirePassword,
  setPassword,
  touchSession,
  useLink,
} from "./session-steps.ts";
import { deleteStatement, insertStatement, updateStatement } from "./statement-steps.ts";
import type { Step } from "./store.ts";
import { addUses, touchUseToken } from "./usage-steps.ts";

/** What notes become (notes.ts), besides audit events. */
export type NoteStep =
  | { readonly do: "add_uses"; readonly row: UsageDayRow }
  | { readonly do: "touch_use_token"; readonly id: string; readonly at: string }
  | { readonly do: "touch_session"; readonly id: string; readonly at: string };

/** The statements of one step, on any database, inside a transaction of the caller's. */
export function applyStep(step: Step | NoteStep, chain: AuditChain): Work<unknown> {
  switch (step.do) {
    case "insert_organization":
      return insertNew(organization, step.record, `Organization "${step.record.id}"`);
    case "insert_environment":
      return insertNew(environment, step.record, `Environment "${step.record.id}"`);
    case "insert_region":
      return insertNew(region, step.record, `Region "${step.record.cloud}.${step.record.region}"`);
    case "set_region_origin":
      return change(regionOrigin, step.record);
    case "insert_compute_pool":
      return insertNew(computePool, step.record, `Compute pool "${step.record.id}"`);
    case "insert_principal":
      return insertPrincipal(step.record);
    case "insert_role_binding":
      return insertNew(roleBinding, step.record, `Role binding "${step.record.id}"`);
    case "insert_api_key":
      return insertNew(apiKey, step.record, `API key "${step.record.id}"`);
    case "insert_ring_key":
      return insertNew(ringKey, step.record, `Ring key "${step.record.id}"`);
    case "mark_seeded":
      return change(seeded, { kind: step.kind, key: step.key });
    case "insert_use_token":
      return insertUseToken(step.record);
    case "revoke_use_token":
      return revokeUseToken(step);
    case "insert_connection":
      return insertConnection(step);
    case "rotate_connection":
      return rotateConnection(step);
    case "activate_credential":
      return activateCredential(step);
    case "delete_connection":
      return deleteConnection(step);
    case "set_managed_by":
      return setManagedBy(step);
    case "claim_check":
      return claimCheck(step);
    case "release_check":
      return releaseCheck(step);
    case "record_check":
      return recordCheck(step);
    case "switch_checks":
      return switchChecks(step);
    case "insert_webhook":
      return insertWebhook(step.record);
    case "claim_webhook":
      return claimWebhook(step);
    case "finish_webhook":
      return finishWebhook(step);
    case "hurry_webhooks":
      return hurryWebhooks(step);
    case "insert_statement":
      return insertStatement(step);
    case "update_statement":
      return updateStatement(step);
    case "delete_statement":
      return deleteStatement(step);
    case "record_definition":
      return recordDefinition(step);
    case "rewrap":
      return rewrap(step);
    case "set_password":
      return setPassword(step);
    case "require_password":
      return requirePassword(step);
    case "require_environment":
      return requireEnvironment(step);
    case "require_principal":
      return requirePrincipal(step);
    case "require_administrator":
      return requireAdministrator(step);
    case "update_principal":
      return updatePrincipal(step);
    case "delete_principal":
      return deletePrincipal(step);
    case "update_api_key":
      return updateApiKey(step);
    case "delete_api_key":
      return deleteApiKey(step);
    case "delete_role_binding":
      return deleteRoleBinding(step);
    case "update_environment":
      return updateEnvironment(step);
    case "delete_environment":
      return deleteEnvironment(step);
    case "update_compute_pool":
      return updateComputePool(step);
    case "delete_compute_pool":
      return deleteComputePool(step);
    case "insert_identity_pool":
      return insertNew(identityPool, step.record, `Identity pool "${step.record.id}"`);
    case "update_identity_pool":
      return updateIdentityPool(step);
    case "delete_identity_pool":
      return deleteIdentityPool(step);
    case "insert_session":
      return insertSession(step);
    case "delete_sessions":
      return deleteSessions(step);
    case "insert_one_time_link":
      return insertLink(step);
    case "use_one_time_link":
      return useLink(step);
    case "forget_everything":
      return forgetEverything();
    case "delete_invitation":
      return deleteInvitation(step);
    case "append_audit":
      return insertAuditEvent(chain.append(step.event));
    case "add_uses":
      return addUses(step.row);
    case "touch_use_token":
      return touchUseToken(step);
    case "touch_session":
      return touchSession(step);
  }
}
