import { type Caller, callerHolds } from "../access/caller.ts";
import { asKeymoorError, KeymoorError } from "../errors.ts";
import { type Family, familyText, type Sample } from "../metrics/family.ts";
import type { SeenCertificate } from "../storage/records.ts";
import { version } from "../version.ts";
import { auditEvent } from "./audit-event.ts";
import type { Origin, Services } from "./services.ts";

/** With more connections than this a series for each would be too many, and only the soonest expiry is told. */
const mostSeries = 1000;
const certificatesAtOnce = 500;
/** Certificates change seldom, and looking at ten thousand takes a while. */
const certificateLifeMs = 60_000;

/** Reads everything that Prometheus is told. `caller` is undefined when the metrics token was shown. */
export class MetricsReader {
  readonly #services: Services;
  #ofProcess: Promise<() => Promise<readonly Family[]>> | undefined;
  #certificates: { readonly untilMs: number; readonly families: Promise<readonly Family[]> } | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Success leaves no event in the audit trail, because it happens every few seconds. */
  async read(caller: Caller | undefined, origin: Origin): Promise<string> {
    if (caller !== undefined) await judgeRight(this.#services, caller, origin);
    const { metrics, store } = this.#services;
    this.#ofProcess ??= import("../metrics/process-metrics.ts").then((module) =>
      module.createProcessMetrics(),
    );
    const [counts, pending, certificates, ofProcess] = await Promise.all([
      store.read.connectionCounts(),
      store.read.pendingWebhooks(),
      this.#expiries(),
      (await this.#ofProcess)(),
    ]);
    const families: readonly Family[] = [
      gauge("keymoor_build_info", "What runs; the value is always 1.", [
        { labels: { version, node: process.versions.node }, value: 1 },
      ]),
      ...metrics.families(),
      gauge(
        "keymoor_connections",
        "Connections by type and phase of their status.",
        counts.map(({ type, phase, count }) => ({ labels: { type, phase }, value: count })),
      ),
      ...certificates,
      gauge("keymoor_webhook_pending", "Messages that the webhook has not taken yet.", [
        { labels: {}, value: pending },
      ]),
      ...ofProcess,
    ];
    return families.map(familyText).join("");
  }

  #expiries(): Promise<readonly Family[]> {
    const nowMs = this.#services.now().getTime();
    if (this.#certificates === undefined || this.#certificates.untilMs <= nowMs) {
      const families = expiryFamilies(this.#services);
      this.#certificates = { untilMs: nowMs + certificateLifeMs, families };
      families.catch(() => {
        this.#certificates = undefined;
      });
    }
    return this.#certificates.families;
  }
}

async function judgeRight(services: Services, caller: Caller, origin: Origin): Promise<void> {
  const organizationId = await services.access.organizationId();
  if (organizationId === null) throw new Error("a server always has an organization");
  if (callerHolds(caller, "audit:read", { organizationId, environmentId: null })) return;
  const refusal = new KeymoorError("user_unauthorized", "Reading the metrics is not allowed for you.", {
    hint: "It takes OrganizationAdmin and a Cloud API key, or the token of the setting KEYMOOR_METRICS_TOKEN.",
  });
  const event = auditEvent(services, origin, {
    action: "metrics.read",
    outcome: "refused",
    code: asKeymoorError(refusal).code,
    principal: caller.principal,
    credential: caller.credential,
    organizationId,
  });
  services.store.note({ note: "counted_event", event });
  throw refusal;
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: "gauge", samples };
}

async function expiryFamilies(services: Services): Promise<readonly Family[]> {
  const seen: SeenCertificate[] = [];
  let connections = 0;
  let after = "";
  for (;;) {
    const page = await services.store.read.certificatesAfter(after, certificatesAtOnce);
    connections += page.length;
    seen.push(...page.filter(({ expiresAt }) => expiresAt !== null));
    const last = page.at(-1);
    if (last === undefined || page.length < certificatesAtOnce) break;
    after = last.uid;
  }
  const soonest = seen.reduce(
    (least, certificate) => Math.min(least, secondsOf(certificate)),
    Number.POSITIVE_INFINITY,
  );
  return [
    gauge(
      "keymoor_certificate_soonest_expiry_timestamp_seconds",
      "When the first certificate of a connection's service expires; +Inf when none is known.",
      [{ labels: {}, value: soonest }],
    ),
    gauge(
      "keymoor_certificate_expiry_timestamp_seconds",
      `When the certificate of a connection's service expires, as the last check saw it; absent with more than ${mostSeries} connections.`,
      connections > mostSeries
        ? []
        : seen.map((certificate) => ({
            labels: {
              environment: certificate.environmentId,
              cloud: certificate.cloud,
              region: certificate.region,
              connection: certificate.name,
            },
            value: secondsOf(certificate),
          })),
    ),
  ];
}

function secondsOf({ expiresAt }: SeenCertificate): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : Math.floor(Date.parse(expiresAt) / 1000);
}
