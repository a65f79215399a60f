import * as access from "./access-reads.ts";
import { auditEvents } from "./audit-reads.ts";
import * as checks from "./check-reads.ts";
import { connections as connectionPage } from "./connection-list-reads.ts";
import * as connections from "./connection-reads.ts";
import * as control from "./control-plane-reads.ts";
import * as dependants from "./dependant-reads.ts";
import * as metrics from "./metric-reads.ts";
import type { Work } from "./query.ts";
import * as rewraps from "./rewrap-reads.ts";
import * as statements from "./statement-reads.ts";
import type { Reads } from "./store.ts";

/** How a database runs reads. */
export interface ReadRunner {
  /** One statement, or several that need not agree. */
  run<Result>(work: Work<Result>): Promise<Result>;
  /** Several statements on one consistent view. */
  snapshot<Result>(work: Work<Result>): Promise<Result>;
}

export function createReads({ run, snapshot }: ReadRunner): Reads {
  return {
    organizations: () => run(access.organizations()),
    environments: () => run(access.environments()),
    environment: (id) => run(access.environment(id)),
    regions: () => run(access.regions()),
    computePools: (environmentId) => run(access.computePools(environmentId)),
    principal: (id) => run(access.principal(id)),
    principals: () => run(access.principals()),
    roleBindings: (principalId) => run(access.roleBindings(principalId)),
    apiKey: (id) => run(access.apiKey(id)),
    principalPage: (filter, after, limit) => run(control.principalPage(filter, after, limit)),
    apiKeyPage: (filter, after, limit) => run(control.apiKeyPage(filter, after, limit)),
    roleBinding: (id) => run(control.roleBinding(id)),
    roleBindingPage: (filter, after, limit) => run(control.roleBindingPage(filter, after, limit)),
    computePool: (id) => run(control.computePool(id)),
    userByEmail: (email) => run(control.userByEmail(email)),
    session: (id) => run(control.session(id)),
    sessions: (principalId) => run(control.sessions(principalId)),
    oneTimeLink: (id) => run(control.oneTimeLink(id)),
    oneTimeLinks: (principalId) => run(control.oneTimeLinks(principalId)),
    invitationPage: (after, limit) => run(control.invitationPage(after, limit)),
    identityPools: () => run(control.identityPools()),
    ringKeys: () => run(access.ringKeys()),
    isSeeded: (kind, key) => run(access.isSeeded(kind, key)),
    useToken: (id) => run(access.useToken(id)),
    useTokens: (filter) => snapshot(access.useTokens(filter)),
    connection: (place, name) => run(connections.connection(place, name)),
    connections: (filter, after, limit) => snapshot(connectionPage(filter, after, limit)),
    connectionNames: (place) => run(connections.connectionNames(place)),
    connectionsNamed: (environmentId, name) => run(connections.connectionsNamed(environmentId, name)),
    credential: (uid, version) => run(connections.credential(uid, version)),
    credentialVersions: (uid) => run(connections.credentialVersions(uid)),
    credentialsAfter: (after, limit) => run(rewraps.credentialsAfter(after, limit)),
    connectionByUid: (uid) => run(connections.connectionByUid(uid)),
    checks: (uid) => run(checks.checks(uid)),
    checkPlan: (uid) => run(checks.checkPlan(uid)),
    dueChecks: (at, limit) => run(checks.dueChecks(at, limit)),
    dueWebhooks: (at, limit) => run(checks.dueWebhooks(at, limit)),
    connectionCounts: () => run(metrics.connectionCounts()),
    certificatesAfter: (uid, limit) => run(metrics.certificatesAfter(uid, limit)),
    pendingWebhooks: () => run(metrics.pendingWebhooks()),
    usage: (uid, sinceDay) => snapshot(connections.usage(uid, sinceDay)),
    dependants: (place, connectionName, after, limit) =>
      run(dependants.dependants(place, connectionName, after, limit)),
    callers: (uid, sinceDay, limit) => run(dependants.callers(uid, sinceDay, limit)),
    statement: (environmentId, name) => run(statements.statement(environmentId, name)),
    statements: (filter, after, limit) => snapshot(statements.statements(filter, after, limit)),
    recentStatements: (place, principal, after, limit) =>
      run(statements.recentStatements(place, principal, after, limit)),
    statementRows: (environmentId, name, offset, limit) =>
      snapshot(statements.statementRows(environmentId, name, offset, limit)),
    auditEvents: (filter, after, limit) => snapshot(auditEvents(filter, after, limit)),
  };
}
