import { Page } from "../../../shell/page.tsx";
export function ConnectionsPage() {
  return (
    <Page title="Connections" crumbs={[]}>
      x
    </Page>
  );
}
