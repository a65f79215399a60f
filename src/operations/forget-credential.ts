import type { Services } from "./services.ts";

/** After a rotation or deletion nothing of the old credential stays in memory: neither its values nor tokens got with them. */
export function forgetCredential(services: Services, uid: string): void {
  services.credentials.forget(uid);
  services.egress.forget(uid);
}
