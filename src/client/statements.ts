import type { Static } from "@sinclair/typebox";
import type { RecentStatements } from "../api/keymoor-v1/recent-statements.ts";
import type {
  StatementExceptionList,
  StatementResult,
  Statement as StatementSchema,
} from "../api/sql-v1/statement-body.ts";
import { type Client, listed, pageTurner, pathOf } from "./client.ts";
import { environmentPath, type Place, regionHeaders } from "./place.ts";

export type Statement = Static<typeof StatementSchema>;
export type StatementException = Static<typeof StatementExceptionList>["data"][number];
export type ResultRow = Static<typeof StatementResult>["results"]["data"][number]["row"];

export interface NewStatement {
  readonly name: string;
  readonly statement: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly computePoolId?: string | undefined;
  /** By default the caller. */
  readonly principal?: string | undefined;
}

/** Runs a statement about connections inside the request; the answer has its final phase. */
export function createStatement(
  client: Client,
  place: Place,
  { name, statement, properties = {}, computePoolId, principal }: NewStatement,
  signal?: AbortSignal,
): Promise<Statement> {
  return client.request({
    method: "POST",
    path: collection(place),
    headers: regionHeaders(place),
    body: { name, spec: { statement, properties, compute_pool_id: computePoolId, principal } },
    ...(signal !== undefined && { signal }),
  });
}

export function getStatement(client: Client, place: Place, name: string): Promise<Statement> {
  return client.request({ path: one(place, name), headers: regionHeaders(place) });
}

export function listStatements(
  client: Client,
  place: Place,
  computePoolId?: string,
): AsyncGenerator<Statement, void> {
  return client.items(collection(place), { "spec.compute_pool_id": computePoolId }, regionHeaders(place));
}

export type RecentStatementPage = Static<typeof RecentStatements>;

/** One page of what the caller ran, newest first. */
export function recentStatementPage(
  client: Client,
  place: Place,
  page_token: string | undefined,
): Promise<RecentStatementPage> {
  return client.request({
    path: `/keymoor/v1${environmentPath(place)}/statements`,
    query: { page_size: 50, page_token },
    headers: regionHeaders(place),
  });
}

/** Takes the statement as it was read: the contract wants the whole object back. */
export function stopStatement(client: Client, place: Place, statement: Statement): Promise<Statement> {
  return client.request({
    method: "PUT",
    path: one(place, statement.name),
    headers: regionHeaders(place),
    body: { ...statement, spec: { ...statement.spec, stopped: true } },
  });
}

export function deleteStatement(client: Client, place: Place, name: string): Promise<void> {
  return client.request({ method: "DELETE", path: one(place, name), headers: regionHeaders(place) });
}

export type ResultPage = Static<typeof StatementResult>;

/** One page of rows, in the order of the statement's columns. */
export function statementResultPage(
  client: Client,
  place: Place,
  name: string,
  page_token: string | undefined,
  signal?: AbortSignal,
): Promise<ResultPage> {
  return client.request({
    path: `${one(place, name)}/results`,
    query: { page_token },
    headers: regionHeaders(place),
    ...(signal !== undefined && { signal }),
  });
}

/** All rows, page after page. */
export async function* statementRows(
  client: Client,
  place: Place,
  name: string,
  signal?: AbortSignal,
): AsyncGenerator<ResultRow, void> {
  const turn = pageTurner(client.url);
  let page_token: string | undefined;
  do {
    const { results, metadata } = await statementResultPage(client, place, name, page_token, signal);
    for (const { row } of listed(results.data, client.url)) yield row;
    page_token = turn(metadata.next);
  } while (page_token !== undefined);
}

export async function listStatementExceptions(
  client: Client,
  place: Place,
  name: string,
): Promise<readonly StatementException[]> {
  const { data }: Static<typeof StatementExceptionList> = await client.request({
    path: `${one(place, name)}/exceptions`,
    headers: regionHeaders(place),
  });
  return data;
}

function collection(place: Place): string {
  return `/sql/v1${environmentPath(place)}/statements`;
}

function one(place: Place, name: string): string {
  return `${collection(place)}${pathOf(name)}`;
}
