import { createServer } from "node:http";
import { freePort, listenOnLoopback } from "../fixtures/loopback.ts";

export interface FakeModelService {
  /** Endpoint of a type that speaks OpenAI's API. */
  readonly endpoint: string;
  /** Of a service that nobody runs. */
  readonly nowhere: string;
  /** The service takes every key that begins so. */
  readonly keyPrefix: string;
  /** Authorization headers, in order. */
  readonly shown: readonly string[];
  readonly close: () => void;
}

/** A service on loopback that knows a right key from a wrong one. */
export async function startFakeModelService(): Promise<FakeModelService> {
  const keyPrefix = "sk-right-";
  const shown: string[] = [];
  const server = createServer((request, response) => {
    const { authorization = "" } = request.headers;
    shown.push(authorization);
    const isRight = authorization.startsWith(`Bearer ${keyPrefix}`);
    response.writeHead(isRight ? 200 : 401, { "content-type": "application/json" });
    response.end(isRight ? `{"object":"list","data":[]}` : `{"error":{"message":"Incorrect API key"}}`);
  });
  const { url } = await listenOnLoopback(server);
  return {
    endpoint: `${url}/v1/chat/completions`,
    nowhere: `http://127.0.0.1:${await freePort()}/v1/chat/completions`,
    keyPrefix,
    shown,
    close: () => server.close(),
  };
}
