/** Words of the grammar of connection statements; the only bare words that survive redaction there, names aside. */
export const grammarKeywords: ReadonlySet<string> = new Set(
  `ALTER CASCADE COMMENT CONNECTION CONNECTIONS CREATE DESC DESCRIBE DROP EXISTS EXPLAIN EXTENDED FROM IF ILIKE IN LIKE NOT
  OR RENAME REPLACE RESET RESTRICT SET SHOW SYSTEM TEMPORARY TO VALIDATE WITH`.split(/\s+/),
);
