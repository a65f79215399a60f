import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { ConnectionAnswer } from "../../operations/call-connection.ts";

/**
 * Streams a service's answer to the caller, no faster than he takes it. When it breaks off, or turns out to hold the secret,
 * the connection is cut: the head is sent and there is no other way left to say that the answer is not whole.
 */
export function sendAnswer(response: ServerResponse, requestId: string, answer: ConnectionAnswer): void {
  const { body } = answer;
  response.writeHead(answer.status, headLines(answer, requestId));
  // A stream that has nothing to say yet shows its head at once; else head and first bytes leave together.
  if (body.readableLength === 0 && !body.readableEnded) response.flushHeaders();
  pipeline(body, response, (error) => {
    if (error) response.destroy();
  });
}

/** The service may have an id of its own for this request, which its clients look for under the common name. */
function headLines({ headers }: ConnectionAnswer, requestId: string): string[] {
  const lines: string[] = ["keymoor-request-id", requestId];
  let hasId = false;
  for (const [name, value] of headers) {
    lines.push(name, value);
    hasId ||= name.length === 12 && name.toLowerCase() === "x-request-id";
  }
  if (!hasId) lines.push("x-request-id", requestId);
  return lines;
}
