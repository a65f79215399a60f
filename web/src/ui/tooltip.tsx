import { Tooltip as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import styles from "./tooltip.module.css";

interface TooltipProps {
  readonly text: ReactNode;
  readonly children: ReactNode;
  readonly side?: "top" | "right";
}

/** Says more of what it stands around, on hover and on focus. Nothing that is needed may stand here alone: phones have no hover. */
export function Tooltip({ text, children, side = "top" }: TooltipProps) {
  return (
    <Primitive.Provider delayDuration={300} skipDelayDuration={100}>
      <Primitive.Root>
        <Primitive.Trigger asChild>{children}</Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content className={styles.tooltip} side={side} sideOffset={6} collisionPadding={8}>
            {text}
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </Primitive.Provider>
  );
}
