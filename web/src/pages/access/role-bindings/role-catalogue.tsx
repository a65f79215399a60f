import { useQuery } from "@tanstack/react-query";
import { rolesQuery } from "../../../api/queries/roles.ts";
import { useClient } from "../../../services.ts";
import { DefinitionList } from "../../../ui/definition-list.tsx";
import styles from "./role-catalogue.module.css";

/** What each role lets one do. */
export function RoleCatalogue() {
  const { data } = useQuery(rolesQuery(useClient()));
  if (data === undefined) return null;
  return (
    <section className={styles.section} aria-label="What the roles are">
      <h2>What the roles are</h2>
      <DefinitionList
        rows={data.map(({ name, description, policies }) => ({
          label: name,
          value: (
            <>
              {description}{" "}
              <span className={styles.places}>
                Bound to{" "}
                {policies
                  .map(({ bindingScope }) => placeWords[bindingScope] ?? bindingScope)
                  .join(", or to ")}
                .
              </span>
            </>
          ),
        }))}
      />
    </section>
  );
}

const placeWords: Readonly<Record<string, string>> = {
  organization: "the organization",
  environment: "an environment",
  region: "a region of one",
  service_account: "a service account",
};
