import { setMaxListeners } from "node:events";
import type { Socket } from "node:net";
import type { SecureContext, TLSSocket } from "node:tls";
import { KeymoorError } from "../../errors.ts";
import type { AddressPolicy, ResolvedAddress } from "../address-policy.ts";
import { validityText } from "./certificate.ts";
import { CheckFailure } from "./check-failure.ts";
import { dialFirst } from "./dial.ts";
import { handshake, type TlsVerification } from "./handshake.ts";
import { type Place, textOf } from "./place.ts";
import { createTimedSteps, type Found, type TimedSteps } from "./timed-steps.ts";

export interface ProbesOptions {
  readonly policy: AddressPolicy;
  /** Trusts the authorities of KEYMOOR_EGRESS_CA beside the usual ones. */
  readonly secureContext: SecureContext;
  readonly stepTimeoutMs: number;
  /** Ends the check. */
  readonly signal: AbortSignal;
}

/** The steps of one check. Each fails with a CheckFailure, takes at most its time, and is written down either way. */
export interface Probes extends TimedSteps {
  /** All addresses of the host, judged; only these may be dialled. */
  lookup(place: Place): Promise<readonly ResolvedAddress[]>;
  /** A socket to the first of these addresses that takes one. It is destroyed with the check. */
  connect(place: Place, addresses: readonly ResolvedAddress[]): Promise<Socket>;
  /**
   * TLS on that socket, which belongs to the TLS socket from then on: chain and host name are verified unless less is asked
   * for. What goes wrong in it is the step's failure.
   */
  tls(place: Place, socket: Socket, verify?: TlsVerification): Promise<TLSSocket>;
  /** ISO time at which the first certificate seen so far expires; null before and without TLS. */
  readonly certificateExpiresAt: string | null;
  /** Destroys every socket. */
  close(): void;
}

export function createProbes({ policy, secureContext, stepTimeoutMs, signal }: ProbesOptions): Probes {
  setMaxListeners(0, signal); // one signal may end hundreds of checks
  const { step, prepare, steps } = createTimedSteps(stepTimeoutMs, signal);
  const sockets = new Set<Socket>();
  let certificateExpiresAt: string | null = null;

  return {
    step,
    prepare,
    steps,
    get certificateExpiresAt() {
      return certificateExpiresAt;
    },

    lookup: (place) =>
      step("lookup", `Lookup took too long: ${place.host}`, () => judgedAddresses(policy, place)),

    connect: (place, addresses) =>
      step("connect", `No connection in time: ${textOf(place)}`, async (ended) => {
        const socket = await dialFirst(place, addresses, stepTimeoutMs, ended);
        sockets.add(socket);
        return { detail: `Connected: ${textOf(place)}`, value: socket };
      }),

    tls: (place, socket, verify = "host") =>
      step("tls", `No TLS handshake in time: ${textOf(place)}`, async (ended) => {
        // From here on it belongs to the TLS socket and ends with it. To destroy it below one crashes Node 20.
        sockets.delete(socket);
        const { tlsSocket, expiresAt } = await handshake(place, socket, {
          secureContext,
          verify,
          signal: ended,
        });
        sockets.add(tlsSocket);
        if (verify === "nothing")
          return { detail: "Encrypted; the certificate is not verified", value: tlsSocket };
        if (expiresAt === undefined)
          return { detail: "Encrypted; no date can be read in the certificate", value: tlsSocket };
        certificateExpiresAt = earlier(certificateExpiresAt, expiresAt);
        return { detail: validityText(expiresAt), value: tlsSocket };
      }),

    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function judgedAddresses(
  policy: AddressPolicy,
  { host, port }: Place,
): Promise<Found<readonly ResolvedAddress[]>> {
  let addresses: readonly ResolvedAddress[];
  try {
    addresses = await policy.resolve(host, port);
  } catch (error) {
    throw error instanceof KeymoorError ? error : new CheckFailure("unreachable", `Lookup failed: ${host}`);
  }
  if (addresses.length === 0) throw new CheckFailure("unreachable", `Lookup failed: ${host}`);
  return { detail: addresses.length === 1 ? "1 address" : `${addresses.length} addresses`, value: addresses };
}

function earlier(before: string | null, date: Date): string {
  const text = date.toISOString();
  return before !== null && before < text ? before : text;
}
