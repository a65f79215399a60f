import {
  CopyIcon,
  DotsHorizontalIcon,
  LightningBoltIcon,
  Pencil1Icon,
  TrashIcon,
} from "@radix-ui/react-icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import type { ConnectionView } from "../../../../../src/client/connections.ts";
import { useEnvironmentPlace } from "../../../shell/use-environment-place.ts";
import { IconButton } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { Menu, MenuItem, MenuLine } from "../../../ui/menu.tsx";
import { MiddleCut } from "../../../ui/middle-cut.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { connectionLink, editLink } from "../connection-link.ts";
import { DeleteDialog } from "../delete-dialog.tsx";
import { ServiceMark } from "../service-mark.tsx";
import { StatusSentence } from "../status.tsx";
import { useCheckNow } from "../use-check-now.ts";
import styles from "./connection-table.module.css";

interface ConnectionRowProps {
  readonly index: number;
  readonly connection: ConnectionView;
  readonly type: ConnectionType | undefined;
  /** Its link and buttons are in the order of Tab. */
  readonly isActive: boolean;
  readonly mayManage: boolean;
}

export function ConnectionRow({ index, connection, type, isActive, mayManage }: ConnectionRowProps) {
  const { name, endpoint, cloud, region, status, last_used_at, rotated_at } = connection;
  const label = type?.label ?? connection.type;
  const tabIndex = isActive ? 0 : -1;
  const { environmentId } = useEnvironmentPlace();
  return (
    <tr className={styles.row} aria-rowindex={index + 2}>
      <td className={styles.name}>
        <span className={styles.identity}>
          <ServiceMark type={type ?? { label }} />
          <span>
            <Link
              {...connectionLink(environmentId, connection)}
              className={styles.link}
              data-row={index}
              tabIndex={tabIndex}
              title={name}
            >
              {name}
            </Link>
            <span className={styles.below}>{endpoint.replace(/^https?:\/\//, "")}</span>
          </span>
        </span>
      </td>
      <td className={styles.type}>{label}</td>
      <td className={styles.endpointColumn}>
        <span className={styles.endpoint}>
          <MiddleCut text={endpoint.replace(/^https:\/\//, "")} whole={endpoint} />
          <CopyButton text={endpoint} what={`endpoint of ${name}`} tabIndex={tabIndex} />
        </span>
      </td>
      <td className={classes(styles.region, styles.muted)}>{region}</td>
      <td className={styles.status}>
        <StatusSentence status={status} />
      </td>
      <td className={classes(styles.time, styles.used, styles.muted)}>
        <RelativeTime at={last_used_at} isShort />
      </td>
      <td className={classes(styles.time, styles.rotated, styles.muted)}>
        <RelativeTime at={rotated_at} isShort />
      </td>
      <td className={styles.menu} title={`${cloud} ${region}`}>
        <RowMenu connection={connection} mayManage={mayManage} tabIndex={tabIndex} />
      </td>
    </tr>
  );
}

interface RowMenuProps {
  readonly connection: ConnectionView;
  readonly mayManage: boolean;
  readonly tabIndex: number;
}

function RowMenu({ connection, mayManage, tabIndex }: RowMenuProps) {
  const { name, cloud, region } = connection;
  const place = { ...useEnvironmentPlace(), cloud, region };
  const navigate = useNavigate();
  const check = useCheckNow(place, name);
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <>
      <Menu
        trigger={
          <IconButton label={`Actions for ${name}`} size="small" tabIndex={tabIndex}>
            <DotsHorizontalIcon aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<LightningBoltIcon aria-hidden />} onSelect={() => check.mutate()}>
          Check now
        </MenuItem>
        <MenuItem icon={<CopyIcon aria-hidden />} onSelect={() => void navigator.clipboard.writeText(name)}>
          Copy name
        </MenuItem>
        {mayManage && (
          <>
            <MenuItem
              icon={<Pencil1Icon aria-hidden />}
              onSelect={() => void navigate(editLink(place.environmentId, connection))}
            >
              Edit connection
            </MenuItem>
            <MenuLine />
            <MenuItem icon={<TrashIcon aria-hidden />} isDanger onSelect={() => setIsDeleting(true)}>
              Delete
            </MenuItem>
          </>
        )}
      </Menu>
      {isDeleting && <DeleteDialog place={place} name={name} onClose={() => setIsDeleting(false)} />}
    </>
  );
}
