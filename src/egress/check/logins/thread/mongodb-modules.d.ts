/**
 * What of the driver's inside is used: a connection on a socket that it is given, the greeting, and the ways to
 * authenticate. Its outside would dial, look up and watch the hosts by itself.
 */
declare module "mongodb/lib/cmap/connection.js" {
  import type { Socket } from "node:net";

  export type Document = Readonly<Record<string, unknown>>;

  export class Connection {
    constructor(stream: Socket, options: object);
    readonly hello: Document | null;
    command(ns: unknown, command: Document, options?: object, responseType?: unknown): Promise<Document>;
    destroy(): void;
  }
}

declare module "mongodb/lib/cmap/connect.js" {
  import type { Connection } from "mongodb/lib/cmap/connection.js";

  export function performInitialHandshake(connection: Connection, options: object): Promise<void>;
}

declare module "mongodb/lib/cmap/auth/mongo_credentials.js" {
  export class MongoCredentials {
    constructor(options: {
      username: string;
      password: string;
      source: string;
      mechanism: string;
      mechanismProperties: object;
    });
  }
}

declare module "mongodb/lib/cmap/auth/scram.js" {
  export class ScramSHA1 {}
  export class ScramSHA256 {}
}

declare module "mongodb/lib/cmap/auth/plain.js" {
  export class Plain {}
}
