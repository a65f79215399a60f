import anthropic from "simple-icons/icons/anthropic.svg?raw";
import couchbase from "simple-icons/icons/couchbase.svg?raw";
import elasticsearch from "simple-icons/icons/elasticsearch.svg?raw";
import googlecloud from "simple-icons/icons/googlecloud.svg?raw";
import googlegemini from "simple-icons/icons/googlegemini.svg?raw";
import modelcontextprotocol from "simple-icons/icons/modelcontextprotocol.svg?raw";
import mongodb from "simple-icons/icons/mongodb.svg?raw";

/** Paths of the marks that the catalogue names, by their slug at simpleicons.org. Only these are bundled. */
export const marks: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.entries({
    anthropic,
    couchbase,
    elasticsearch,
    googlecloud,
    googlegemini,
    modelcontextprotocol,
    mongodb,
  }).map(([slug, svg]) => [slug, /<path d="([^"]+)"/.exec(svg)?.[1]]),
);
