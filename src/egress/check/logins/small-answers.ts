import type { Socket } from "node:net";

/** A login takes a few kilobytes. A service that sends more would only keep a driver busy, so the socket is closed. */
export function expectSmallAnswers(socket: Socket): void {
  let size = 0;
  socket.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) socket.destroy();
  });
}

const maxBytes = 256 * 1024;
