import { DownloadIcon } from "@radix-ui/react-icons";
import type { AuditFilter } from "../../../../src/client/audit-events.ts";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";

/** All events under the filter as a file, which the browser writes as it comes: it may be long. */
export function ExportMenu({ filter }: { readonly filter: AuditFilter }) {
  return (
    <Menu trigger={<Button icon={<DownloadIcon aria-hidden />}>Export</Button>}>
      <MenuItem onSelect={() => download(filter, "csv")}>CSV, for a spreadsheet</MenuItem>
      <MenuItem onSelect={() => download(filter, "jsonl")}>JSON lines, for a program</MenuItem>
    </Menu>
  );
}

function download(filter: AuditFilter, format: "csv" | "jsonl"): void {
  const link = document.createElement("a");
  const query = new URLSearchParams({ ...filter, format });
  link.href = `/keymoor/v1/audit-events/export?${query}`;
  link.download = `audit-events.${format}`;
  link.click();
}
