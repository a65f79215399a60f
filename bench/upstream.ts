import { createServer } from "node:http";

/**
 * The service behind the connections of the benchmark, in a process of its own. `/stream` sends a first event at once and
 * goes on for as long as the caller stays; everything else is a small JSON answer.
 */
const answer = Buffer.from(
  JSON.stringify({ id: "answer", choices: [{ message: { role: "assistant", content: "hello" } }] }),
);
const event = 'data: {"delta":"hello"}\n\n';

const server = createServer((request, response) => {
  if (request.url?.includes("/stream")) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(event);
    const timer = setInterval(() => response.write(event), 250);
    response.on("close", () => clearInterval(timer));
    return;
  }
  request.resume();
  request.on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
    response.end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  process.stdout.write(`${address.port}\n`);
});
