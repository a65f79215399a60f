import { createLink } from "@tanstack/react-router";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import styles from "./button.module.css";
import { classes } from "./classes.ts";

interface Look {
  readonly variant?: "primary" | "secondary" | "ghost" | "danger";
  readonly size?: "small" | "medium";
  readonly icon?: ReactNode;
}

interface ButtonProps extends Omit<ComponentProps<"button">, "disabled">, Look {
  /** At work: it keeps the focus, and further presses do nothing. */
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
}

export function Button({
  variant = "secondary",
  size = "medium",
  icon,
  isBusy = false,
  isDisabled = false,
  className,
  children,
  type = "button",
  onClick,
  ...rest
}: ButtonProps) {
  const isIdle = isBusy || isDisabled;
  // Not `disabled`, which would take the focus away and hide the button from people who hear the page.
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (isIdle) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={isIdle || undefined}
      aria-busy={isBusy || undefined}
      className={classes(look({ variant, size }), className)}
      onClick={press}
    >
      {isBusy ? <span className={styles.busy} /> : icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "icon" | "children"> {
  readonly label: string;
  readonly children: ReactNode;
}

/** A square button whose name is heard and shown by the browser as its title. */
export function IconButton({ label, variant = "ghost", className, ...rest }: IconButtonProps) {
  return (
    <Button
      {...rest}
      variant={variant}
      aria-label={label}
      title={label}
      className={classes(styles.square, className)}
    />
  );
}

/** A link that looks like a button: it leads somewhere, and can be opened in another tab. */
export const ButtonLink = createLink(ButtonAnchor);

function ButtonAnchor({ variant = "secondary", size, icon, children, ...rest }: ComponentProps<"a"> & Look) {
  return (
    <a {...rest} className={look({ variant, size })}>
      {icon}
      {children}
    </a>
  );
}

function look({ variant, size }: { variant: Look["variant"]; size: Look["size"] }): string {
  return classes(styles.button, variant && styles[variant], size === "small" && styles.small);
}
