import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import type { ConnectionDescription } from "../../../../../src/client/connections.ts";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { ConnectionSnippets } from "../snippets/connection-snippets.tsx";
import { useSnippetPlace } from "../snippets/use-snippet-place.ts";
import styles from "./connection-page.module.css";
import { callUrl, curlCallText, definitionText, javascriptText, tokenText } from "./use-text.ts";

interface UseTabProps {
  readonly connection: ConnectionDescription;
  readonly type: ConnectionType;
}

/** From SQL, by HTTP, from a program; and the connection itself as text. */
export function UseTab({ connection, type }: UseTabProps) {
  const { url } = useSnippetPlace(connection);
  const used = { type, name: connection.name, url };
  const definition = definitionText(used);
  return (
    <div className={styles.stack}>
      <section className={styles.section}>
        <h2>In SQL, as {definition.what}</h2>
        <p>The statement names the connection. The credential is in no statement, plan or catalog.</p>
        <CodeBlock what="SQL" code={definition.code} />
      </section>
      {type.call.kind === "none" ? (
        <section className={styles.section}>
          <h2>From a program</h2>
          <p>{type.call.because}</p>
        </section>
      ) : (
        <>
          <section className={styles.section}>
            <h2>By HTTP, through Keymoor</h2>
            <p>
              A use token lets a program call through this connection, and nothing else. Keymoor puts the
              credential on the request.
            </p>
            <CodeBlock what="commands" code={`${tokenText(used)}\n${curlCallText(used)}`} />
          </section>
          <section className={styles.section}>
            <h2>From a program</h2>
            <p>
              In the service's own SDK, <code>{callUrl(used)}</code> is the base URL and the use token is the
              API key. Without one:
            </p>
            <CodeBlock what="JavaScript" code={javascriptText(used)} />
          </section>
        </>
      )}
      <section className={styles.section}>
        <h2>The connection as text</h2>
        <ConnectionSnippets connection={connection} type={type} />
      </section>
    </div>
  );
}
