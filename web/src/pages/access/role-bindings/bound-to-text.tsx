import { useWhoami } from "../../../api/queries/whoami.ts";
import { PrincipalName } from "../principal-name.tsx";
import { boundTo } from "./bound-to.ts";

export function BoundToText({ crn }: { readonly crn: string }) {
  const { environments } = useWhoami();
  const { environment, region, serviceAccount } = boundTo(crn);
  if (serviceAccount !== undefined) return <PrincipalName id={serviceAccount} />;
  if (environment === undefined) return <span title={crn}>the whole organization</span>;
  const name = environments.find(({ id }) => id === environment)?.name ?? environment;
  return (
    <span title={crn}>
      {name}
      {region !== undefined && `, ${region.replace(".", " ")} only`}
    </span>
  );
}
