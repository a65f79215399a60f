import { DotsHorizontalIcon } from "@radix-ui/react-icons";
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { Menu } from "./menu.tsx";

interface RowMenuProps {
  /** Whose actions they are. */
  readonly name: string;
  readonly children: ReactNode;
}

/** What can be done with one row of a list. */
export function RowMenu({ name, children }: RowMenuProps) {
  return (
    <Menu
      trigger={
        <IconButton label={`Actions for ${name}`} size="small">
          <DotsHorizontalIcon aria-hidden />
        </IconButton>
      }
    >
      {children}
    </Menu>
  );
}
