import { Link } from "@tanstack/react-router";
import type { AuditEvent } from "../../../../src/client/audit-events.ts";
import { exactTime } from "../../format/time.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DefinitionList } from "../../ui/definition-list.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { PrincipalName } from "../access/principal-name.tsx";
import styles from "./event-dialog.module.css";
import { OutcomePill } from "./outcome-pill.tsx";

interface EventDialogProps {
  readonly event: AuditEvent;
  readonly onClose: () => void;
}

/** Everything of one event. There is no value, body, path or header in it: none is ever written. */
export function EventDialog({ event, onClose }: EventDialogProps) {
  const { id, at, action, outcome, code, principal, credential, address, request_id, count } = event;
  const { environment_id, cloud, region, resource_kind, resource_name, instance, sequence, mac } = event;
  const place = [environment_id, cloud === null ? null : `${cloud.toUpperCase()} ${region}`]
    .filter(Boolean)
    .join(", ");
  return (
    <Dialog isOpen onClose={onClose} place="side" title={action}>
      <DefinitionList
        rows={[
          { label: "Outcome", value: <OutcomePill outcome={outcome} /> },
          { label: "Reason", value: code && <code>{code}</code> },
          {
            label: "When",
            value: (
              <>
                {exactTime(new Date(at))}, <RelativeTime at={at} />
              </>
            ),
          },
          { label: "Times", value: count > 1 ? `${count} alike within this second` : undefined },
          {
            label: "Who",
            value: principal && (
              <>
                <PrincipalName id={principal} />{" "}
                <Link to="." search={{ principal }}>
                  Everything he did
                </Link>
              </>
            ),
          },
          {
            label: "Credential",
            value: credential && <Copied text={credential} what="id of the credential" />,
          },
          { label: "From", value: address },
          { label: "Kind of thing", value: resource_kind },
          {
            label: "Thing",
            value: resource_name && (
              <>
                <code>{resource_name}</code>{" "}
                <Link to="." search={{ resource: resource_name }}>
                  Everything done to it
                </Link>
              </>
            ),
          },
          { label: "Where", value: place },
          { label: "Request", value: request_id && <Copied text={request_id} what="request id" /> },
          { label: "Event", value: <Copied text={id} what="id of the event" /> },
          { label: "In the chain", value: `${sequence} of server ${instance}` },
          { label: "HMAC", value: <code>{mac}</code> },
        ]}
      />
    </Dialog>
  );
}

function Copied({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <span className={styles.copied}>
      <code>{text}</code>
      <CopyButton text={text} what={what} />
    </span>
  );
}
