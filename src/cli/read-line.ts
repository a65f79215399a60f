import type { Io } from "./io.ts";

/** One line of standard input without its end; undefined when the input is over. What follows stays unread. */
export async function readLine({ stdin }: Io): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  const line = await new Promise<string | undefined>((resolve, reject) => {
    const settle = (text: string | undefined) => {
      stdin.off("data", onData).off("end", onEnd).off("error", reject).pause();
      resolve(text);
    };
    const onData = (data: Buffer | string) => {
      const chunk = Buffer.from(data);
      const end = chunk.indexOf("\n");
      chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
      if (end < 0) return;
      settle(Buffer.concat(chunks).toString("utf8"));
      if (end + 1 < chunk.length) stdin.unshift(chunk.subarray(end + 1));
    };
    const onEnd = () => settle(chunks.length === 0 ? undefined : Buffer.concat(chunks).toString("utf8"));
    stdin.on("data", onData).on("end", onEnd).on("error", reject);
    stdin.resume();
  });
  return line?.replace(/\r$/, "");
}
