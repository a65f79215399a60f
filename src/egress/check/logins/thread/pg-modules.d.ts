/** The driver's client alone, without its pool and its choice of a native one by an environment variable. */
declare module "pg/lib/client.js" {
  import type { Client } from "pg";

  const client: typeof Client;
  export = client;
}
