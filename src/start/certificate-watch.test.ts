import { beforeEach, describe, expect, it } from "vitest";
import { makeCertificate } from "../egress/fixtures/certificates.ts";
import { KeymoorError } from "../errors.ts";
import { CertificateWatch } from "./certificate-watch.ts";
import { judgeCertificate, type PemPair, type ServerCertificate } from "./server-certificate.ts";

const day = 86_400_000;
const now = Date.UTC(2030, 5, 1);
const pairOf = (name: string, notAfter?: Date, notBefore?: Date): PemPair => {
  const { cert, key } = makeCertificate({
    name,
    ...(notAfter && { notAfter }),
    ...(notBefore && { notBefore }),
  });
  return { cert, key };
};
const first = pairOf("first");
const second = pairOf("second");

describe("a certificate whose files change", () => {
  let found: PemPair | KeymoorError;
  let nowMs: number;
  let renewed: ServerCertificate[];
  let logged: string[];
  beforeEach(() => {
    found = first;
    nowMs = now;
    renewed = [];
    logged = [];
  });

  const watchFrom = (pair: PemPair) =>
    new CertificateWatch(judgeCertificate(pair), {
      read: async () => {
        if (found instanceof KeymoorError) throw found;
        return found;
      },
      renew: (certificate) => void renewed.push(certificate),
      log: {
        info: (_facts: object, text: string) => void logged.push(`info ${text}`),
        warn: (text: string) => void logged.push(`warn ${text}`),
      } as never,
      nowMs: () => nowMs,
    });
  const look = async (watch: CertificateWatch, times: number) => {
    for (let n = 0; n < times; n += 1) await watch.look();
  };

  it("is taken up once, when two looks have found the same", async () => {
    const watch = watchFrom(first);
    await look(watch, 3);
    expect(renewed).toEqual([]);
    found = second;
    await look(watch, 1);
    expect(renewed).toEqual([]);
    await look(watch, 3);
    expect(renewed).toMatchObject([second]);
    expect(logged).toEqual(["info The server's certificate was renewed."]);
  });

  it("is not looked at closer while it is being written", async () => {
    const watch = watchFrom(first);
    for (const cert of [first.cert.slice(0, 100), second.cert.slice(0, 100), second.cert]) {
      found = { cert, key: first.key };
      await look(watch, 1);
    }
    found = second;
    await look(watch, 2);
    expect(renewed).toHaveLength(1);
    expect(logged).toEqual(["info The server's certificate was renewed."]);
  });

  it.each<[string, PemPair | KeymoorError, string]>([
    [
      "a pair that does not fit",
      { cert: second.cert, key: first.key },
      "KEYMOOR_TLS_CERT and KEYMOOR_TLS_KEY are not a certificate and its key.",
    ],
    [
      "half a certificate",
      { cert: second.cert.slice(0, 200), key: second.key },
      "KEYMOOR_TLS_CERT and KEYMOOR_TLS_KEY are not a certificate and its key.",
    ],
    [
      "no certificate",
      { cert: "", key: second.key },
      "KEYMOOR_TLS_CERT and KEYMOOR_TLS_KEY are not a certificate and its key.",
    ],
    [
      "no key",
      { cert: second.cert, key: "" },
      "KEYMOOR_TLS_CERT and KEYMOOR_TLS_KEY are not a certificate and its key.",
    ],
    ["what cannot be read", new KeymoorError("cannot_start", "KEYMOOR_TLS_KEY: no."), "KEYMOOR_TLS_KEY: no."],
  ])("stays as it was over %s, which is said once", async (_name, broken, sentence) => {
    const watch = watchFrom(first);
    const line = `warn ${sentence} The certificate before stays in use.`;
    found = broken;
    await look(watch, 4);
    expect([renewed, logged]).toEqual([[], [line]]);
    found = first;
    await look(watch, 2);
    found = broken;
    await look(watch, 4);
    expect(logged).toEqual([line, line]);
    found = second;
    await look(watch, 2);
    expect(renewed).toMatchObject([second]);
  });

  it("is left alone by a watch that was stopped during its look", async () => {
    const watch = watchFrom(first);
    found = second;
    await look(watch, 1);
    const last = watch.look();
    watch.stop();
    await last;
    expect(renewed).toEqual([]);
  });

  it.each<[string, number, number | undefined, string | undefined]>([
    ["that is good for long", 15 * day, undefined, undefined],
    [
      "that expires within fourteen days",
      13.5 * day,
      undefined,
      "The server's certificate expires on 2030-06-14, in 13 days.",
    ],
    ["with a day left", 1.5 * day, undefined, "The server's certificate expires on 2030-06-02, in 1 day."],
    [
      "with hours left",
      0.5 * day,
      undefined,
      "The server's certificate expires on 2030-06-01, in less than a day.",
    ],
    [
      "that has expired",
      -day,
      undefined,
      "The server's certificate expired on 2030-05-31: clients refuse it.",
    ],
    [
      "of tomorrow",
      90 * day,
      day,
      "The server's certificate is not valid before 2030-06-02: clients refuse it until then.",
    ],
  ])("and one %s is warned of, once a day", async (_name, untilMs, fromMs, warning) => {
    const notBefore = fromMs === undefined ? undefined : new Date(now + fromMs);
    found = pairOf("dated", new Date(now + untilMs), notBefore);
    const watch = watchFrom(found);
    await look(watch, 3);
    const expected = warning === undefined ? [] : [`warn ${warning}`];
    expect(logged).toEqual(expected);
    nowMs += day / 2;
    await look(watch, 1);
    expect(logged.length).toBe(expected.length);
  });

  it("is warned of again the next day, and at once when the new one is no better", async () => {
    found = pairOf("dated", new Date(now + 10 * day));
    const watch = watchFrom(found);
    await look(watch, 1);
    nowMs += day;
    await look(watch, 1);
    found = pairOf("dated again", new Date(now + 5 * day));
    await look(watch, 2);
    expect(logged).toEqual([
      "warn The server's certificate expires on 2030-06-11, in 10 days.",
      "warn The server's certificate expires on 2030-06-11, in 9 days.",
      "info The server's certificate was renewed.",
      "warn The server's certificate expires on 2030-06-06, in 4 days.",
    ]);
  });
});

describe("a certificate", () => {
  it("whose dates are none is refused", () => {
    const { cert, key } = makeCertificate({ name: "dateless", notAfter: "no time" });
    expect(() => judgeCertificate({ cert, key })).toThrow("are not a certificate and its key");
  });
});
