import { X509Certificate } from "node:crypto";
import type { LookupFunction } from "node:net";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import type { buildConnector, Dispatcher } from "undici";
import { KeymoorError } from "../errors.ts";
import type { AddressPolicy } from "./address-policy.ts";
import type { EgressLimits } from "./limits.ts";

export interface DiallerOptions {
  readonly policy: AddressPolicy;
  /** PEM of KEYMOOR_EGRESS_CA, trusted beside the usual authorities. */
  readonly ca: string | undefined;
  readonly limits: EgressLimits;
}

/** Keep-alive connections, pooled by origin. Each is dialled at an address that the policy has judged, and at no other. */
export interface Dialler {
  /** Made by the first call: undici takes 65 ms and 19 MiB to load, and a server that starts has better to do. */
  dispatcher(): Promise<Dispatcher>;
  /** What every TLS connection trusts, for those that are dialled by hand. */
  readonly secureContext: SecureContext;
  close(): Promise<void>;
}

export function createDialler(options: DiallerOptions): Dialler {
  const secureContext = trusting(options.ca);
  let opened: Promise<Dispatcher> | undefined;
  let isClosed = false;
  const stopping = () => new KeymoorError("stopping", "The server is stopping.");
  return {
    secureContext,
    dispatcher() {
      if (isClosed) throw stopping();
      opened ??= openAgent(options, secureContext);
      return opened;
    },
    async close() {
      isClosed = true;
      await (await opened)?.destroy(stopping());
    },
  };
}

/** One context for all: given as `ca`, the whole list of roots would be parsed again for every connection. */
function trusting(ca: string | undefined): SecureContext {
  if (ca === undefined) return createSecureContext();
  const certificates = ca.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    // Node passes over what it cannot read.
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch {
    certificates.length = 0;
  }
  if (certificates.length === 0) {
    throw new KeymoorError("cannot_start", "KEYMOOR_EGRESS_CA holds no certificates in PEM form.", {
      hint: "Give a file with one or more BEGIN CERTIFICATE blocks.",
    });
  }
  return createSecureContext({ ca: [...rootCertificates, ...certificates] });
}

async function openAgent(
  { policy, limits }: DiallerOptions,
  secureContext: SecureContext,
): Promise<Dispatcher> {
  const { Agent, buildConnector, Pool } = await import("./http-client.ts");

  function connectorFor(origin: URL): buildConnector.connector {
    const port = Number(origin.port || (origin.protocol === "https:" ? 443 : 80));
    const connect = buildConnector({
      secureContext,
      rejectUnauthorized: true, // also under NODE_TLS_REJECT_UNAUTHORIZED=0
      timeout: limits.connectTimeoutMs,
      lookup: judgedLookup(policy, port),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1000, // the default of 250 ms gives up on distant, healthy addresses
    } as buildConnector.BuildOptions); // a union of TLS and TCP options, of which we need both
    return (options, callback) => {
      try {
        // Node asks `lookup` for names only; an address would be dialled unseen.
        policy.judgeLiteral(options.hostname, port);
      } catch (error) {
        callback(error as Error, null);
        return;
      }
      connect(options, callback);
    };
  }

  return new Agent({
    factory: (origin, options) => new Pool(origin, { ...options, connect: connectorFor(new URL(origin)) }),
    headersTimeout: limits.idleTimeoutMs,
    bodyTimeout: limits.idleTimeoutMs,
  });
}

/** The look-up and the judgement in one step, so that what is dialled cannot differ from what was judged. */
function judgedLookup(policy: AddressPolicy, port: number): LookupFunction {
  return (hostname, options, callback) => {
    policy.resolve(hostname, port).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined)
          callback(Object.assign(new Error("no address"), { code: "ENOTFOUND" }), "", 4);
        else if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, "", 4),
    );
  };
}
