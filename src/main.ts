import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { FailedAttempts } from "./access/failed-attempts.ts";
import { createServer } from "./api/server.ts";
import { isDevelopersMachine, isLoopbackHost } from "./config/loopback.ts";
import { masterKeySettings } from "./config/master-key-settings.ts";
import type { Config } from "./config/settings.ts";
import { optionKeys } from "./connections/vocabulary.ts";
import { createAddressPolicy } from "./egress/address-policy.ts";
import { createEgress } from "./egress/egress.ts";
import { KeymoorError } from "./errors.ts";
import { createLog, type Log } from "./log.ts";
import { meteredStore } from "./metrics/metered-store.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { AccessCache } from "./operations/access-cache.ts";
import { CheckLine } from "./operations/check-line.ts";
import { CredentialCache } from "./operations/credential-cache.ts";
import { IdentityTokens } from "./operations/identity-tokens.ts";
import { IssuerKeys } from "./operations/issuer-keys.ts";
import { MasterKeyRotation } from "./operations/master-key-rotation.ts";
import { ownEndpoint } from "./operations/region-endpoint.ts";
import { resumeRotation } from "./operations/rotate-master-key.ts";
import { readSeedFile } from "./operations/seed-file.ts";
import { regionKey } from "./operations/seed-plan.ts";
import type { Services } from "./operations/services.ts";
import { type OpenedVault, openLocalVault } from "./secrets/key-ring.ts";
import { masterKeyPath } from "./secrets/master-key.ts";
import { createPasswords } from "./secrets/password.ts";
import { createReferenceReader } from "./secrets/references.ts";
import { Background } from "./start/background.ts";
import { CertificateWatch } from "./start/certificate-watch.ts";
import { fillDatabase, type Show } from "./start/fill-database.ts";
import { Gate } from "./start/gate.ts";
import { judgeSecretsDir } from "./start/judge-secrets-dir.ts";
import { closeListener, listen, listenersOf, originOf, renewCertificate } from "./start/listen.ts";
import { readPem } from "./start/read-pem.ts";
import { listenForRegion, type RegionListener } from "./start/region-listener.ts";
import { judgeCertificate, readPemPair } from "./start/server-certificate.ts";
import { sharedOriginWarning } from "./start/shared-origin-warning.ts";
import { guardProcess, stopOnSignal } from "./start/signals.ts";
import { startMessage } from "./start/start-message.ts";
import { type Stoppable, stopGently } from "./start/stop-gently.ts";
import { letYoungHeapGrow } from "./start/young-heap.ts";
import type { RegionKey } from "./storage/records.ts";
import { openSqliteStore } from "./storage/sqlite-store.ts";
import type { Step, Store } from "./storage/store.ts";

/** Beside the bundle; this module lies one folder below it (scripts/build.js). */
const writerFile = new URL("../sqlite-writer.js", import.meta.url);
const driverFile = new URL("../login-driver.js", import.meta.url);
const consoleFolder = fileURLToPath(new URL("../console/", import.meta.url));

/** The server from start to stop. Throws `cannot_start`, with one clear sentence, when there is nothing to stop. */
export async function serve(config: Config, warnings: readonly string[]): Promise<void> {
  const order = stopOnSignal(process);
  const log = createLog(config.logLevel, process.stderr);
  guardProcess(log);
  for (const warning of warnings) log.warn(warning);
  const server = await start(config, log);
  const signal = await order.given;
  log.info({ signal }, "Stopping.");
  await stopGently(server, order.hurry, log);
}

async function start(config: Config, log: Log): Promise<Stoppable> {
  judgeSecretsDir(config);
  const pair = await readPemPair(config);
  const certificate = pair && judgeCertificate(pair);
  const listeners: Server[] = [];
  const policy = createAddressPolicy({
    allow: config.egressAllow,
    // A region may listen elsewhere than the server itself; only when all listen does one know.
    get allowPrivate() {
      return isDevelopersMachine(config) && listenersOf(listeners).every(({ host }) => isLoopbackHost(host));
    },
    own: () => listenersOf(listeners),
  });
  const egress = createEgress({
    policy,
    ca: await readPem(config.egressCa, "KEYMOOR_EGRESS_CA"),
    driverFile,
  });
  const { store, ring } = await openStore(config, log);
  const publicUrl = () => {
    const [main] = listenersOf(listeners);
    const scheme = certificate === undefined ? "http" : "https";
    return config.publicUrl ?? originOf(scheme, { host: config.host, port: main?.port ?? config.port });
  };
  const watch =
    certificate &&
    new CertificateWatch(certificate, {
      read: () => readPemPair(config),
      renew: (renewed) => renewCertificate(listeners, renewed),
      log,
    });
  const background = new Background();
  const regionListeners = new Map<string, RegionListener>();
  const origins = {
    publicUrl,
    regionListener: (region: RegionKey) => regionListeners.get(regionKey(region)),
  };
  const services = createServices(config, store, ring, egress, origins, background.nudge, log);

  const gate = new Gate();
  let app: Awaited<ReturnType<typeof createServer>> | undefined;
  let isStopping = false;
  const drain = async () => {
    isStopping = true;
    services.masterKeyRotation.stop();
    services.checks.stop();
    watch?.stop();
    await Promise.all([app?.close(), ...listeners.map(closeListener), background.stop()]);
  };
  try {
    app = await createServer(services, {
      gate,
      trustedProxies: config.trustedProxies,
      log,
      metricsToken: config.metricsToken,
      consoleFolder,
      isStopping: () => isStopping,
      reset: config.dev ? (alongside) => reset(services, config, gate, alongside) : undefined,
    });
    listeners.push(await listen(app, config, certificate));
    await resumeRotation(services);
    await fillDatabase(services, config, show);
    const regions = await store.read.regions();
    for (const region of regions) {
      const listener = await listenForRegion(app, config, certificate, region);
      if (listener === undefined) continue;
      listeners.push(listener.server);
      regionListeners.set(regionKey(region), listener);
    }
    const warning = sharedOriginWarning(services, regions);
    if (warning !== undefined) log.warn(warning);
    gate.open();
    background.start(services, config, log);
    watch?.start();
    show.write(
      startMessage({
        publicUrl: publicUrl(),
        regions: regions.flatMap((region) => {
          const origin = ownEndpoint(services, region);
          return origin === undefined ? [] : [{ name: regionKey(region), origin }];
        }),
        dataFolder: config.data,
        policy: policy.describe(),
        keyFile: config.masterKey || config.masterKeyFile ? undefined : masterKeyPath(config.data),
      }),
    );
    letYoungHeapGrow();
    return { listeners, drain, egress, store };
  } catch (error) {
    gate.fail(new KeymoorError("stopping", "The server could not start."));
    for (const listener of listeners) listener.closeAllConnections();
    await drain();
    await egress.close();
    await store.close();
    throw error;
  }
}

const show: Show = {
  isTerminal: process.stdout.isTTY,
  write: (text) => void process.stdout.write(text),
};

/** Back to the seed, for tests. It is judged before anything is forgotten, and requests wait until it is applied. */
async function reset(services: Services, config: Config, gate: Gate, alongside: Step): Promise<void> {
  if (config.seed === undefined) {
    throw new KeymoorError("reset_not_possible", "The server has no seed to go back to.", {
      hint: "Start it with KEYMOOR_SEED.",
    });
  }
  readSeedFile(config.seed);
  // Another reset may have closed it again between its opening and this one's turn.
  do await gate.wait();
  while (!gate.isOpen);
  gate.close();
  try {
    await services.store.flush();
    await services.store.write([{ do: "forget_everything" }, alongside]);
    services.access.clear();
    await fillDatabase(services, config, show);
  } finally {
    gate.open();
  }
}

/** The store, and the vault that its key ring opens. */
async function openStore(
  config: Config,
  log: Log,
): Promise<{ readonly store: Store; readonly ring: OpenedVault }> {
  let ring: OpenedVault | undefined;
  const masterKey = masterKeySettings(config);
  const store = await openSqliteStore({
    folder: config.data,
    writerFile,
    auditRetentionDays: config.auditRetention,
    log,
    unlock: (rows, isNew) => {
      ring = openLocalVault(masterKey, rows, isNew);
      return ring;
    },
  });
  if (ring === undefined) throw new Error("a store opens with its key ring");
  return { store, ring };
}

function createServices(
  config: Config,
  opened: Store,
  ring: OpenedVault,
  egress: Services["egress"],
  origins: {
    readonly publicUrl: () => string;
    readonly regionListener: Services["settings"]["regionListener"];
  },
  nudge: Services["nudge"],
  log: Log,
): Services {
  const metrics = createMetrics();
  const store = meteredStore(opened, metrics);
  return {
    store,
    metrics,
    vault: ring.vault,
    masterKeyRotation: new MasterKeyRotation({ ...ring, store, log }),
    egress,
    references: createReferenceReader({
      secretsDir: config.secretsDir,
      secretsEnv: config.secretsEnv,
      env: process.env,
    }),
    vocabulary: optionKeys(),
    passwords: createPasswords(),
    access: new AccessCache(store.read, Date.now),
    credentials: new CredentialCache(),
    failedAttempts: new FailedAttempts(),
    identityTokens: new IdentityTokens(new IssuerKeys(egress.fetchJson, Date.now), Date.now),
    checks: new CheckLine(),
    nudge,
    settings: {
      // With port 0 it is known once the server listens.
      get publicUrl() {
        return origins.publicUrl();
      },
      regionListener: origins.regionListener,
      keepVersions: config.keepVersions,
      statements: config.statements,
      verifies: config.verify === "on",
      reportsStatus: config.webhookUrl !== undefined,
    },
    now: () => new Date(),
  };
}
