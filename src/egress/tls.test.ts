import { afterEach, describe, expect, test } from "vitest";
import type { KeymoorError } from "../errors.ts";
import { createAddressPolicy } from "./address-policy.ts";
import { createEgress, type Egress } from "./egress.ts";
import { incomingOf, targetOf, textOf } from "./fixtures/calls.ts";
import { type CertificateOptions, makeCertificate } from "./fixtures/certificates.ts";
import { startService } from "./fixtures/service.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Everything is called `*.example` and lives on this machine. */
function open(ca: string | undefined): Egress {
  const lookup = async () => [{ address: "127.0.0.1", family: 4 }];
  const policy = createAddressPolicy({ allow: ["127.0.0.1"], allowPrivate: false, own: () => [], lookup });
  const egress = createEgress({ policy, ca });
  closing.push(() => egress.close());
  return egress;
}

async function serve(certificate: { key: string; cert: string }): Promise<number> {
  const service = await startService((_request, response) => response.end("hello"), certificate);
  closing.push(() => service.close());
  return service.port;
}

const call = async (egress: Egress, url: string) => textOf(await egress.call(targetOf(url), incomingOf()));
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error("did not fail")),
    (error: KeymoorError) => error,
  );

describe("https", () => {
  const issue = (options: Omit<CertificateOptions, "issuer" | "name">) => {
    const authority = makeCertificate({ name: "Test CA" });
    return { ca: authority.cert, leaf: makeCertificate({ name: "service", issuer: authority, ...options }) };
  };

  test("a certificate of the CA in KEYMOOR_EGRESS_CA is trusted, for host names and addresses", async () => {
    const { ca, leaf } = issue({ hosts: ["api.example"], addresses: ["127.0.0.1"] });
    const port = await serve(leaf);
    const egress = open(ca);
    expect(await call(egress, `https://api.example:${port}/`)).toBe("hello");
    expect(await call(egress, `https://127.0.0.1:${port}/`)).toBe("hello");
  });

  test("without it the authority is unknown, and the sentence names the setting", async () => {
    const { leaf } = issue({ hosts: ["api.example"] });
    const port = await serve(leaf);
    const error = await failure(call(open(undefined), `https://api.example:${port}/`));
    expect(error.code).toBe("upstream_unreachable");
    expect(error.sentence).toBe(
      "TLS: certificate is signed by an unknown authority: api.example. KEYMOOR_EGRESS_CA adds an authority to those that are trusted.",
    );
  });

  test("an expired certificate", async () => {
    const { ca, leaf } = issue({ hosts: ["api.example"], notAfter: new Date(Date.UTC(2021, 0, 1)) });
    const port = await serve(leaf);
    const error = await failure(call(open(ca), `https://api.example:${port}/`));
    expect(error.message).toBe("TLS: certificate expired: api.example.");
  });

  test("a certificate for another host", async () => {
    const { ca, leaf } = issue({ hosts: ["other.example"] });
    const port = await serve(leaf);
    const error = await failure(call(open(ca), `https://api.example:${port}/`));
    expect(error.message).toBe("TLS: certificate is for another host: api.example.");
  });

  test("a self-signed certificate", async () => {
    const port = await serve(makeCertificate({ name: "api.example", hosts: ["api.example"] }));
    const error = await failure(call(open(undefined), `https://api.example:${port}/`));
    expect(error.message).toBe("TLS: certificate is self-signed: api.example.");
  });

  test("a port that does not speak TLS", async () => {
    const service = await startService((_request, response) => response.end());
    closing.push(() => service.close());
    const error = await failure(call(open(undefined), `https://api.example:${service.port}/`));
    expect(error.message).toBe(`TLS: the handshake failed: api.example:${service.port}.`);
  });

  test.each(["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])(
    "a KEYMOOR_EGRESS_CA that cannot be read is refused at the start (%j)",
    (ca) => {
      expect(() => open(ca)).toThrow(expect.objectContaining({ code: "cannot_start" }));
    },
  );
});
