import type { LookupFunction } from "node:net";
import { createSecureContext, rootCertificates } from "node:tls";
import { Agent, buildConnector, type Dispatcher, Pool } from "undici";
import type { AddressPolicy } from "./address-policy.ts";
import type { EgressLimits } from "./limits.ts";

export interface DiallerOptions {
  readonly policy: AddressPolicy;
  /** PEM of KEYMOOR_EGRESS_CA, trusted beside the usual authorities. */
  readonly ca: string | undefined;
  readonly limits: EgressLimits;
}

/** Keep-alive connections, pooled by origin. Each is dialled at an address that the policy has judged, and at no other. */
export function createDialler({ policy, ca, limits }: DiallerOptions): Dispatcher {
  // One context for all: given as `ca`, the whole list of roots would be parsed again for every connection.
  const secureContext = createSecureContext(ca === undefined ? {} : { ca: [...rootCertificates, ca] });

  function connectorFor(origin: URL): buildConnector.connector {
    const port = Number(origin.port || (origin.protocol === "https:" ? 443 : 80));
    const connect = buildConnector({
      secureContext,
      rejectUnauthorized: true, // also under NODE_TLS_REJECT_UNAUTHORIZED=0
      timeout: limits.connectTimeoutMs,
      lookup: judgedLookup(policy, port),
      highWaterMark: 16 * 1024, // less in buffers for callers who read slowly
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
