import { all, change, each, first, type Placeholders, query, type Work } from "./query.ts";
import type { DefinedObject, DependantRecord } from "./records.ts";
import type { Step } from "./store.ts";

type RecordDefinition = Extract<Step, { do: "record_definition" }>;

export function* recordDefinition(step: RecordDefinition): Work<void> {
  const { object, named } = step;
  switch (step.change.kind) {
    case "define":
      if (step.change.ifNotExists && (yield* first(anyOfObject, object)) !== undefined) return;
      yield* change(deleteObject, object);
      yield* insertNamed(step);
      return;
    case "alter":
      yield* forget(
        object,
        named.map(({ namedBy }) => namedBy),
      );
      yield* insertNamed(step);
      return;
    case "reset":
      yield* forget(object, step.change.keys);
      return;
    case "rename":
      if (step.change.to === object.objectName) return;
      // Like the engine's own: had there been one of the new name, it would have refused.
      yield* change(deleteObject, { ...object, objectName: step.change.to });
      yield* change(renameObject, { ...object, to: step.change.to });
      return;
    case "drop":
      yield* change(deleteObject, object);
      return;
  }
}

/** Deletes what a statement brought. */
export function* deleteDependants(environmentId: string, statementName: string): Work<void> {
  yield* change(deleteOfStatement, { environmentId, statementName });
}

function* forget(object: DefinedObject, keys: readonly string[]): Work<void> {
  const forgotten = new Set(keys);
  // Of many keys only those that are there cost something.
  for (const { namedBy } of yield* all(keysOfObject, object)) {
    if (forgotten.has(namedBy)) yield* change(deleteKey, { ...object, namedBy });
  }
}

function* insertNamed({ object, statementName, named }: RecordDefinition): Work<void> {
  for (const [number, one] of named.entries()) {
    yield* change(insertRow, { ...object, ...one, statementName, number });
  }
}

const anyOfObject = query((db, value: Placeholders<DefinedObject>) =>
  db
    .selectFrom("dependant")
    .select("number")
    .where("environmentId", "=", value("environmentId"))
    .where("cloud", "=", value("cloud"))
    .where("region", "=", value("region"))
    .where("objectName", "=", value("objectName"))
    .where("objectKind", "=", value("objectKind"))
    .limit(1),
);

const keysOfObject = query((db, value: Placeholders<DefinedObject>) =>
  db
    .selectFrom("dependant")
    .select("namedBy")
    .distinct()
    .where("environmentId", "=", value("environmentId"))
    .where("cloud", "=", value("cloud"))
    .where("region", "=", value("region"))
    .where("objectName", "=", value("objectName"))
    .where("objectKind", "=", value("objectKind")),
);

const deleteObject = query((db, value: Placeholders<DefinedObject>) =>
  db
    .deleteFrom("dependant")
    .where("environmentId", "=", value("environmentId"))
    .where("cloud", "=", value("cloud"))
    .where("region", "=", value("region"))
    .where("objectName", "=", value("objectName"))
    .where("objectKind", "=", value("objectKind")),
);

const deleteKey = query((db, value: Placeholders<DefinedObject & { namedBy: string }>) =>
  db
    .deleteFrom("dependant")
    .where("environmentId", "=", value("environmentId"))
    .where("cloud", "=", value("cloud"))
    .where("region", "=", value("region"))
    .where("objectName", "=", value("objectName"))
    .where("objectKind", "=", value("objectKind"))
    .where("namedBy", "=", value("namedBy")),
);

const renameObject = query((db, value: Placeholders<DefinedObject & { to: string }>) =>
  db
    .updateTable("dependant")
    .set({ objectName: value("to") })
    .where("environmentId", "=", value("environmentId"))
    .where("cloud", "=", value("cloud"))
    .where("region", "=", value("region"))
    .where("objectName", "=", value("objectName"))
    .where("objectKind", "=", value("objectKind")),
);

const deleteOfStatement = query(
  (db, value: Placeholders<Pick<DependantRecord, "environmentId" | "statementName">>) =>
    db
      .deleteFrom("dependant")
      .where("environmentId", "=", value("environmentId"))
      .where("statementName", "=", value("statementName")),
);

const insertRow = query((db, value: Placeholders<DependantRecord>) =>
  db
    .insertInto("dependant")
    .values(
      each(value, [
        "environmentId",
        "statementName",
        "number",
        "cloud",
        "region",
        "connectionName",
        "objectKind",
        "objectName",
        "namedBy",
      ]),
    ),
);
