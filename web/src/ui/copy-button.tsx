import { CheckIcon, CopyIcon } from "@radix-ui/react-icons";
import { useEffect, useState } from "react";
import { Button, IconButton } from "./button.tsx";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied: "endpoint", "SQL". */
  readonly what: string;
  readonly isIcon?: boolean;
  /** On a button that is no icon, where "Copy" says too little. */
  readonly label?: string;
  readonly tabIndex?: number;
}

export function CopyButton({ text, what, isIcon = true, label = "Copy", tabIndex }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState("copied"),
      // By plain http beyond this machine browsers give no clipboard.
      () => setState("refused"),
    );
  const icon = state === "copied" ? <CheckIcon aria-hidden /> : <CopyIcon aria-hidden />;
  const words = {
    idle: `Copy ${what}`,
    copied: `Copied ${what}`,
    refused: "The browser allows no copying here",
  };
  return (
    <>
      {isIcon ? (
        <IconButton label={words[state]} size="small" onClick={copy} tabIndex={tabIndex}>
          {icon}
        </IconButton>
      ) : (
        <Button icon={icon} size="small" onClick={copy} aria-label={words[state]} tabIndex={tabIndex}>
          {state === "copied" ? "Copied" : label}
        </Button>
      )}
      <span className="only-heard" aria-live="polite">
        {state === "idle" ? "" : words[state]}
      </span>
    </>
  );
}
