import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { connectionTypesQuery } from "../../../api/queries/connection-types.ts";
import { useWhoami } from "../../../api/queries/whoami.ts";
import { useClient } from "../../../services.ts";
import { Page } from "../../../shell/page.tsx";
import { useEnvironmentPlace } from "../../../shell/use-environment-place.ts";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { regionParameter } from "../connection-link.ts";
import { emptyValues, type FormValues } from "../form/form-values.ts";
import { useConnectionCrumbs } from "../use-connection-crumbs.ts";
import { ChooseService } from "./choose-service.tsx";
import { CredentialsStep } from "./credentials-step.tsx";
import { LaunchedStep } from "./launched-step.tsx";
import styles from "./new-connection-page.module.css";
import type { NewConnectionSearch } from "./new-connection-search.ts";
import { ReviewStep } from "./review-step.tsx";
import { StepList } from "./step-list.tsx";

/** Choose a service, define endpoint and credentials, review and launch. */
export function NewConnectionPage() {
  const { data: types, error, refetch } = useQuery(connectionTypesQuery(useClient()));
  return (
    <Page title="Add connection" crumbs={useConnectionCrumbs()}>
      {error !== null && <ErrorState error={error} onRetry={refetch} />}
      {types === undefined ? error === null && <Skeleton width="240px" /> : <Wizard types={types} />}
    </Page>
  );
}

function Wizard({ types }: { readonly types: readonly ConnectionType[] }) {
  const search = useSearch({ from: "/shell/environments/$environment/connections/new" });
  const navigate = useNavigate({ from: "/environments/$environment/connections/new" });
  const go = (to: NewConnectionSearch, replace = false) => void navigate({ search: () => to, replace });
  const type = types.find(({ name }) => name === search.type);
  const draft = useDraft(type);
  // A reload forgets what was typed: one begins where typing begins.
  const isTyped = draft.values.endpoint !== "";
  const wanted = search.step ?? "service";
  const step = type === undefined ? "service" : wanted === "review" && !isTyped ? "credentials" : wanted;
  if (type === undefined || step === "service") {
    return (
      <div className={styles.stack}>
        <StepList current="service" onGo={() => undefined} />
        <ChooseService types={types} onChoose={({ name }) => go({ step: "credentials", type: name })} />
      </div>
    );
  }
  if (step === "done") {
    return <LaunchedStep type={type} name={search.name ?? ""} region={search.region ?? ""} />;
  }
  const goTo = (to: "service" | "credentials") =>
    go(to === "service" ? { step: to } : { step: to, type: type.name });
  return (
    <div className={styles.stack}>
      <StepList current={step} onGo={goTo} />
      {step === "credentials" ? (
        <CredentialsStep
          key={type.name}
          type={type}
          draft={draft}
          onBack={() => go({ step: "service" })}
          onNext={() => go({ step: "review", type: type.name })}
        />
      ) : (
        <ReviewStep
          type={type}
          draft={draft}
          onBack={() => go({ step: "credentials", type: type.name })}
          onCreated={() => {
            go(
              { step: "done", type: type.name, name: draft.name, region: regionParameter(draft.place) },
              true,
            );
            draft.clear();
          }}
        />
      )}
    </div>
  );
}

/** What is typed, until it is sent or the page is left. */
export interface Draft {
  readonly values: FormValues;
  readonly setValues: (values: FormValues) => void;
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly comment: string;
  readonly setComment: (comment: string) => void;
  readonly place: {
    readonly organizationId: string;
    readonly environmentId: string;
    readonly cloud: string;
    readonly region: string;
  };
  readonly setRegion: (region: string) => void;
  readonly clear: () => void;
}

function useDraft(type: ConnectionType | undefined): Draft {
  const { regions } = useWhoami();
  const environment = useEnvironmentPlace();
  const [state, setState] = useState({
    type: "",
    values: { endpoint: "", method: "", options: {} } as FormValues,
  });
  const [name, setName] = useState("");
  const [comment, setComment] = useState("");
  const [region, setRegion] = useState<string>();
  const chosen = regions.find((one) => regionParameter(one) === region) ?? regions[0];
  // Another service is another form; the credential of the one before goes.
  const isOther = type !== undefined && type.name !== state.type;
  const values = isOther ? emptyValues(type) : state.values;
  return {
    values,
    setValues: (changed) => setState({ type: type?.name ?? "", values: changed }),
    name: name === "" && type !== undefined ? defaultName(type) : name,
    setName,
    comment,
    setComment,
    place: { ...environment, cloud: chosen?.cloud ?? "", region: chosen?.region ?? "" },
    setRegion,
    clear: () => setState({ type: "", values: { endpoint: "", method: "", options: {} } }),
  };
}

function defaultName(type: ConnectionType): string {
  return `my-${type.name.replaceAll("_", "-")}`;
}
