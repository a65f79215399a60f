import { SQLDialect } from "@codemirror/lang-sql";

/**
 * Flink SQL as it is coloured: the words of its "Reserved Keywords" page that begin or shape statements, and those of statements
 * about connections, models, tools and agents. Names stand in back-quotes, text in single quotes, and nothing is escaped by a
 * backslash.
 */
export const flinkSql = SQLDialect.define({
  identifierQuotes: "`",
  slashComments: true,
  operatorChars: "*+-%<>!=&|^/~?:",
  keywords:
    words(`add after agent agents all alter analyze and anti any as asc asof asymmetric begin between both by call cascade case cast
catalog catalogs changelog characters clear collect column columns comment compile connection connections constraint create cross
cube current current_date current_row current_time current_timestamp database databases deduplicate default delete desc describe
distinct distributed drop dynamic else emit end enforced escape except execute exists explain extended extract fetch first following
for from full function functions group grouping having hop if ilike in include including inner input insert intersect interval into is
jar jars job jobs join key last lateral left like limit load local localtime localtimestamp match_recognize materialized matches
measures merge metadata model models module modules natural no not null nulls of offset on only options or order ordinality outer
output over overlaps overwrite overwriting partition partitioned partitions pattern per period plan plan_advice preceding prepare
primary procedures python range raw references refresh remove rename replace reset restrict resume retain revoke right rollup row rows
schema select semi session set sets show similar simple skip start statement stop suspend symmetric system system_time table tables
tablesample temporary then ties to tool tools trim truncate tumble unbounded union unique unknown unload unnest update upsert use using
validate values varying version view views virtual watermark watermarks when where window with within without`),
  types:
    words(`array bigint binary boolean bytes char character date dec decimal double float int integer map multiset numeric precision real
smallint string time timestamp timestamp_ltz tinyint varbinary varchar variant zone`),
  builtin:
    words(`ai_complete ai_embedding ai_run_agent ai_tool_invoke agent_run false key_search_agg ml_evaluate ml_forecast ml_predict
text_search_agg true vector_search_agg`),
});

function words(lines: string): string {
  return lines.replaceAll("\n", " ");
}
