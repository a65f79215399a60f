import { isIP, type Socket } from "node:net";
import { connect, type SecureContext, type TLSSocket } from "node:tls";
import { upstreamError } from "../upstream-error.ts";
import { certificateDetail, chainOf, firstToExpire } from "./certificate.ts";
import { CheckFailure } from "./check-failure.ts";
import { type Place, urlLike } from "./place.ts";

/** What has to be right about a certificate: all of it, all but the host name, or nothing, as some drivers can be told. */
export type TlsVerification = "host" | "authority" | "nothing";

/** TLS on a connected socket. `expiresAt` is undefined where nothing of the certificate is verified, or no date can be read. */
export function handshake(
  place: Place,
  socket: Socket,
  how: { secureContext: SecureContext; verify: TlsVerification; signal: AbortSignal },
): Promise<{ tlsSocket: TLSSocket; expiresAt: Date | undefined }> {
  const { secureContext, verify, signal } = how;
  return new Promise((resolve, reject) => {
    const tlsSocket = connect({
      socket,
      host: place.host,
      ...(isIP(place.host) === 0 && { servername: place.host }),
      secureContext,
      ...(verify !== "host" && { checkServerIdentity: () => undefined }),
      // Judged below, where the certificate can still be read to say when it expired. Nothing is sent before that.
      rejectUnauthorized: false,
    });
    const settle = (error: Error | undefined, expiresAt?: Date): void => {
      signal.removeEventListener("abort", onAbort);
      tlsSocket.off("secureConnect", onSecure).off("error", onError).off("close", onClose);
      tlsSocket.on("error", () => {});
      if (error === undefined) resolve({ tlsSocket, expiresAt });
      else {
        tlsSocket.destroy();
        reject(error);
      }
    };
    const judge = (): void => {
      if (verify === "nothing") {
        settle(undefined);
        return;
      }
      const chain = chainOf(tlsSocket);
      const fault = tlsSocket.authorized
        ? undefined
        : certificateDetail(String(tlsSocket.authorizationError), chain, place);
      if (fault === undefined) settle(undefined, firstToExpire(chain, new Date()));
      else settle(new CheckFailure("unreachable", fault));
    };
    const onSecure = (): void => {
      try {
        judge();
      } catch {
        // In an event nobody would catch it, and the process would end.
        settle(new CheckFailure("unreachable", `The certificate cannot be read: ${place.host}`));
      }
    };
    const failed = (error: unknown): void => settle(upstreamError(error, urlLike(place)));
    const onError = (error: Error): void => failed(error);
    const onClose = (): void => failed(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
    const onAbort = (): void => failed(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
    tlsSocket.once("secureConnect", onSecure).once("error", onError).once("close", onClose);
  });
}
