import { CheckCircledIcon, Cross2Icon, ExclamationTriangleIcon } from "@radix-ui/react-icons";
import { Toast as Primitive } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { errorText } from "../api/error-text.ts";
import { IconButton } from "./button.tsx";
import styles from "./toast.module.css";

interface ShownToast {
  readonly id: string;
  readonly kind: "good" | "bad";
  readonly text: string;
}

interface Toasts {
  /** Says what was done: "Connection my-openai deleted". */
  readonly say: (text: string) => void;
  /** Says what failed, in the server's own sentence, where the page has no better place for it. */
  readonly fail: (error: unknown) => void;
}

const ToastContext = createContext<Toasts | undefined>(undefined);

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === undefined) throw new Error("useToasts stands outside of ToastProvider.");
  return toasts;
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<readonly ShownToast[]>([]);
  const add = useCallback(
    (kind: ShownToast["kind"], text: string) =>
      setShown((toasts) => [...toasts.slice(-2), { id: crypto.randomUUID(), kind, text }]),
    [],
  );
  const [toasts] = useState<Toasts>(() => ({
    say: (text) => add("good", text),
    fail: (error) => add("bad", errorText(error).message),
  }));
  const remove = (id: string) => setShown((some) => some.filter((toast) => toast.id !== id));
  return (
    <ToastContext.Provider value={toasts}>
      <Primitive.Provider label="Message" duration={6000}>
        {children}
        {shown.map(({ id, kind, text }) => (
          <Primitive.Root
            key={id}
            className={styles.toast}
            type={kind === "bad" ? "foreground" : "background"}
            // Whoever has to act on a failure must be able to read it to the end.
            duration={kind === "bad" ? 20_000 : 6000}
            onOpenChange={(isOpen) => isOpen || remove(id)}
          >
            {kind === "good" ? (
              <CheckCircledIcon className={styles.good} aria-hidden />
            ) : (
              <ExclamationTriangleIcon className={styles.bad} aria-hidden />
            )}
            <Primitive.Description className={styles.text}>{text}</Primitive.Description>
            <Primitive.Close asChild>
              <IconButton label="Dismiss" size="small">
                <Cross2Icon aria-hidden />
              </IconButton>
            </Primitive.Close>
          </Primitive.Root>
        ))}
        <Primitive.Viewport className={styles.viewport} />
      </Primitive.Provider>
    </ToastContext.Provider>
  );
}
