import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { ClientError } from "../../../../../src/client/client-error.ts";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import {
  type ConnectionDescription,
  connectionBody,
  rotateConnection,
} from "../../../../../src/client/connections.ts";
import type { Place } from "../../../../../src/client/place.ts";
import { connectionTypesQuery } from "../../../api/queries/connection-types.ts";
import { connectionKey, connectionListsKey, connectionQuery } from "../../../api/queries/connections.ts";
import { useClient, useServices } from "../../../services.ts";
import { Page } from "../../../shell/page.tsx";
import { useEnvironmentPlace } from "../../../shell/use-environment-place.ts";
import { Button, ButtonLink } from "../../../ui/button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { useToasts } from "../../../ui/toast.tsx";
import { connectionLink, parseRegion } from "../connection-link.ts";
import { CredentialForm } from "../form/credential-form.tsx";
import { authData, type FormValues, fieldsOf } from "../form/form-values.ts";
import { fieldOfError, judgeValues } from "../form/judge-values.ts";
import { TestCredential } from "../form/test-credential.tsx";
import { useCredentialTest } from "../form/use-credential-test.ts";
import { ServiceMark } from "../service-mark.tsx";
import { useConnectionCrumbs } from "../use-connection-crumbs.ts";
import styles from "./edit-connection-page.module.css";

/** A new credential. Type, endpoint and name of a connection never change. */
export function EditConnectionPage() {
  const { region, name } = useParams({
    from: "/shell/environments/$environment/connections/$region/$name/edit",
  });
  const place = { ...useEnvironmentPlace(), ...parseRegion(region) };
  const client = useClient();
  const { data, error, refetch } = useQuery({
    ...connectionQuery(client, place, name),
    // The change is refused if somebody else came first: it stands on what was read when the page was opened.
    refetchOnWindowFocus: false,
    staleTime: 0,
  });
  const { data: types } = useQuery(connectionTypesQuery(client));
  const type = types?.find((one) => one.name.toUpperCase() === data?.type);
  const crumbs = useConnectionCrumbs();
  return (
    <Page
      title="Rotate credential"
      crumbs={[...crumbs, { label: name, link: connectionLink(place.environmentId, { name, ...place }) }]}
      mark={type !== undefined && <ServiceMark type={type} size="large" />}
      lead={
        data !== undefined && (
          <>
            Version {data.credential_version} is current, since <RelativeTime at={data.rotated_at} />. It
            stays sealed, so that you can go back to it.
          </>
        )
      }
    >
      {error !== null && <ErrorState error={error} onRetry={refetch} />}
      {data !== undefined && type !== undefined ? (
        <EditForm connection={data} type={type} place={place} onReload={refetch} />
      ) : (
        error === null && <Skeleton width="40%" />
      )}
    </Page>
  );
}

interface EditFormProps {
  readonly connection: ConnectionDescription;
  readonly type: ConnectionType;
  readonly place: Place;
  readonly onReload: () => Promise<unknown>;
}

function EditForm({ connection, type, place, onReload }: EditFormProps) {
  const { client, queries } = useServices();
  const { say } = useToasts();
  const navigate = useNavigate();
  const { name, endpoint, identity } = connection;
  // What is sealed begins empty, never with a mask; public options stand as they are.
  const [values, setValues] = useState<FormValues>({
    endpoint,
    method: connection.authentication,
    options: connection.options,
  });
  // What the form stands on; a later read must not make a change of somebody else's look like one's own.
  const [expected, setExpected] = useState({
    uid: connection.uid,
    resource_version: connection.resource_version,
  });
  const [isTried, setIsTried] = useState(false);
  const [isCompromised, setIsCompromised] = useState(false);
  const link = connectionLink(place.environmentId, connection);
  const test = useCredentialTest(place, type, values);
  const rotation = useMutation({
    mutationFn: () =>
      rotateConnection(
        client,
        place,
        connectionBody(name, type.wire_name, endpoint, authData(type, values)),
        { isCompromised, expected },
      ),
    onSuccess: () => {
      setValues({ endpoint, method: values.method, options: {} });
      say(`Credential of ${name} rotated`);
      void queries.invalidateQueries({ queryKey: connectionKey(place, name) });
      void queries.invalidateQueries({ queryKey: connectionListsKey });
      void navigate(link);
    },
  });
  const change = (changed: FormValues) => {
    test.reset();
    rotation.reset();
    setValues(changed);
  };
  const isWhole = Object.keys(judgeValues(type, values)).length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (isWhole && !rotation.isPending) rotation.mutate();
  };
  const keys = fieldsOf(type, values).map(({ key }) => key);
  const error = rotation.error ?? test.error;
  const field = fieldOfError(error, keys);
  const isConflict =
    rotation.error instanceof ClientError && rotation.error.details.code === "resource_version_conflict";
  const takeOver = async () => {
    await onReload();
    const read = queries.getQueryData(connectionQuery(client, place, name).queryKey);
    if (read !== undefined) setExpected({ uid: read.uid, resource_version: read.resource_version });
    rotation.reset();
  };
  const hints = Object.fromEntries(
    Object.entries(identity ?? {}).map(([key, value]) => [key, `Now: ${value}`]),
  );
  return (
    <form className={styles.form} noValidate autoComplete="off" onSubmit={submit}>
      <CredentialForm
        type={type}
        values={values}
        onChange={change}
        isTried={isTried}
        refused={error !== null && field !== undefined ? { [field]: error.message } : {}}
        isEndpointFixed
        hints={hints}
      />
      <Compromised isChosen={isCompromised} onChange={setIsCompromised} />
      <TestCredential
        test={test}
        onTest={() => {
          setIsTried(true);
          if (isWhole) test.mutate();
        }}
      />
      {error !== null && field === undefined && (
        <ErrorState
          error={error}
          onRetry={isConflict ? () => void takeOver() : undefined}
          retryLabel="Go on from the current state"
        />
      )}
      <div className={styles.actions}>
        <ButtonLink {...link}>Cancel</ButtonLink>
        <Button type="submit" variant="primary" isBusy={rotation.isPending}>
          Rotate credential
        </Button>
      </div>
    </form>
  );
}

interface CompromisedProps {
  readonly isChosen: boolean;
  readonly onChange: (isChosen: boolean) => void;
}

function Compromised({ isChosen, onChange }: CompromisedProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <input
        id={id}
        type="checkbox"
        checked={isChosen}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => onChange(target.checked)}
      />
      <div>
        <label htmlFor={id} className={styles.label}>
          The old credential is compromised
        </label>
        <span id={`${id}-hint`} className={styles.hint}>
          Its earlier versions are destroyed at once, and nobody can go back to them.
        </span>
      </div>
    </div>
  );
}
