import { awsRegion } from "../../connections/auth/aws-region.ts";
import type { TokenAnswer, TokenFetcher } from "../../connections/define.ts";
import { KeymoorError } from "../../errors.ts";
import type { CheckParts } from "../check-connection.ts";
import type { CallTarget } from "../egress.ts";
import { type Injected, type Injection, injectCredential } from "../inject-credential.ts";
import { postForToken } from "../token-endpoint.ts";
import { CheckFailure } from "./check-failure.ts";
import type { Probes } from "./probe.ts";
import type { Found } from "./timed-steps.ts";

/** Puts the credential on a request of a check. Its first use fetches the token, where the method has one. */
export type Injector = (
  request: Injection["request"],
) => Promise<Injected & { readonly isAnonymous: boolean }>;

export function createInjector(parts: CheckParts, target: CallTarget, probes: Probes): Injector {
  const { method, credential, options } = target;
  // Of this check alone: a token that is still good would hide that the client was removed.
  let token: Promise<string> | undefined;
  return async (request) => {
    const context = {
      region: awsRegion(request.url.hostname) ?? target.region,
      service: target.type.signingService,
      now: parts.now(),
      token(fetch: TokenFetcher) {
        token ??= probes.step("token", "The token endpoint did not answer in time", (ended) =>
          freshToken(parts, fetch, ended),
        );
        return token;
      },
    };
    const injected = await injectCredential({ method, credential, options, request, context });
    const names = injected.headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    return { ...injected, isAnonymous: !names.some((name) => method.sets.includes(name)) };
  };
}

async function freshToken(
  { dialler, limits }: CheckParts,
  fetch: TokenFetcher,
  ended: AbortSignal,
): Promise<Found<string>> {
  let last: TokenAnswer | undefined;
  const dispatcher = await dialler.dispatcher();
  try {
    const { token } = await fetch(async (request) => {
      last = await postForToken(dispatcher, request, { tokenTimeoutMs: limits.checkStepTimeoutMs }, ended);
      return last;
    }, new Map());
    return { detail: "Token granted", value: token };
  } catch (error) {
    if (!(error instanceof KeymoorError) || error.code !== "token_refused" || last === undefined) throw error;
    // The sentence holds a status and, of RFC 6749's codes, the one that came.
    throw new CheckFailure(saysNo(last) ? "refused" : "cannot_tell", error.message.replace(/\.$/, ""));
  }
}

function saysNo({ status, body }: TokenAnswer): boolean {
  return (
    status === 401 || (status >= 400 && (body?.error === "invalid_client" || body?.error === "invalid_grant"))
  );
}
