import { linkOptions } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Page } from "../../shell/page.tsx";
import { LinkTabs } from "../../ui/link-tabs.tsx";

const tabs = [
  { label: "Users", link: linkOptions({ to: "/access/users" }) },
  { label: "Service accounts", link: linkOptions({ to: "/access/service-accounts" }) },
  { label: "API keys", link: linkOptions({ to: "/access/api-keys" }) },
  { label: "Use tokens", link: linkOptions({ to: "/access/use-tokens" }) },
  { label: "Roles", link: linkOptions({ to: "/access/roles" }) },
  { label: "Identity pools", link: linkOptions({ to: "/access/identity-pools" }) },
];

const crumbs = [{ label: "Access", link: linkOptions({ to: "/access" }) }];

interface AccessFrameProps {
  readonly title: string;
  readonly lead: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Who gets in, with what, and what he may do: one page for each kind of thing. */
export function AccessFrame({ title, lead, actions, children }: AccessFrameProps) {
  return (
    <Page title={title} crumbs={crumbs} lead={lead} actions={actions}>
      <LinkTabs label="Access" tabs={tabs} />
      {children}
    </Page>
  );
}
