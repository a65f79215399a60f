import { PlusIcon } from "@radix-ui/react-icons";
import { Button } from "../../ui/button.tsx";
import { useShortcut } from "../../ui/use-shortcut.ts";

interface CreateButtonProps {
  readonly children: string;
  readonly onPress: () => void;
}

/** The first thing to do on a list; `c` does it too. */
export function CreateButton({ children, onPress }: CreateButtonProps) {
  useShortcut("c", onPress);
  return (
    <Button variant="primary" icon={<PlusIcon aria-hidden />} aria-keyshortcuts="c" onClick={onPress}>
      {children}
    </Button>
  );
}
