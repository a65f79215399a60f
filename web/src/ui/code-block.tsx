import styles from "./code-block.module.css";
import { CopyButton } from "./copy-button.tsx";

interface CodeBlockProps {
  readonly code: string;
  /** "SQL", "Terraform": named when it is copied, and heard. */
  readonly what: string;
}

export function CodeBlock({ code, what }: CodeBlockProps) {
  return (
    <div className={styles.block}>
      {/* Long lines are read by scrolling, with the keyboard too. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus (axe: scrollable-region-focusable) */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups what one fills in */}
      <div role="group" className={styles.code} tabIndex={0} aria-label={what}>
        <pre>
          <code>{code}</code>
        </pre>
      </div>
      <div className={styles.copy}>
        <CopyButton text={code} what={what} isIcon={false} />
      </div>
    </div>
  );
}
