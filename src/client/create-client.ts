import type { IncomingMessage } from "node:http";
import { type Client, checkUrl, jsonClient } from "./client.ts";
import { ClientError } from "./client-error.ts";
import { type HttpOptions, type HttpRequest, send } from "./http.ts";

/** A client over Node's own HTTP. */
export interface NodeClient extends Client {
  /** The answer as it comes, whatever its status. */
  stream(request: HttpRequest): Promise<IncomingMessage>;
}

export function createClient(options: HttpOptions): NodeClient {
  const client = jsonClient(options.url, async (request) => {
    const answer = await send(options, request);
    return { text: await readText(answer, options.url), status: answer.statusCode ?? 0 };
  });
  return { ...client, stream: (given) => send(options, given) };
}

const longestAnswerBytes = 64 * 1024 * 1024;

export async function readText(answer: IncomingMessage, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      chunks.push(chunk);
      bytes += chunk.length;
      // Leaving the loop closes the connection.
      if (bytes > longestAnswerBytes) break;
    }
  } catch {
    throw new ClientError("unreachable", "The server broke off in the middle of its answer.", {
      hint: "Try again.",
    });
  }
  if (bytes > longestAnswerBytes) {
    throw new ClientError(
      "unreachable",
      `${new URL(url).origin} answered with more than 64 MiB, which no Keymoor server does.`,
      { hint: checkUrl },
    );
  }
  return Buffer.concat(chunks).toString("utf8");
}
