import { Cross2Icon } from "@radix-ui/react-icons";
import { Dialog as Primitive } from "radix-ui";
import type { FormEvent, ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { classes } from "./classes.ts";
import styles from "./dialog.module.css";

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  /** Buttons, the one that does it last. */
  readonly actions?: ReactNode;
  /** `side` is a drawer. */
  readonly place?: "centre" | "side";
  /** A press beside it does not close it: what it shows cannot be shown again. */
  readonly isSticky?: boolean;
  /** Makes a form of it: Enter submits. */
  readonly onSubmit?: () => void;
}

/**
 * Radix keeps the focus in and brings it back. Its own overlay is not used: it writes a style sheet into the page, which the
 * Content-Security-Policy forbids.
 */
export function Dialog({
  isOpen,
  onClose,
  title,
  description,
  children,
  actions,
  place = "centre",
  isSticky = false,
  onSubmit,
}: DialogProps) {
  const inner = (
    <>
      <div className={styles.body}>{children}</div>
      {actions !== undefined && <div className={styles.foot}>{actions}</div>}
    </>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <Primitive.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <Primitive.Portal>
        <div className={styles.scrim} />
        <Primitive.Content
          className={classes(styles.dialog, styles[place])}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          onInteractOutside={(event) => {
            if (isSticky) event.preventDefault();
          }}
        >
          <div className={styles.head}>
            <div>
              <Primitive.Title className={styles.title}>{title}</Primitive.Title>
              {description !== undefined && (
                <Primitive.Description className={styles.description}>{description}</Primitive.Description>
              )}
            </div>
            <Primitive.Close asChild>
              <IconButton label="Close">
                <Cross2Icon aria-hidden />
              </IconButton>
            </Primitive.Close>
          </div>
          {onSubmit === undefined ? (
            inner
          ) : (
            <form className={styles.form} noValidate autoComplete="off" onSubmit={submit}>
              {inner}
            </form>
          )}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
