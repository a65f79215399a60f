import { CheckIcon, Cross2Icon, MinusIcon } from "@radix-ui/react-icons";
import type { Check } from "../../../../src/client/checks.ts";
import { duration } from "../../format/time.ts";
import { classes } from "../../ui/classes.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import styles from "./check-steps.module.css";
import { StatusPill } from "./status.tsx";

type Step = Check["steps"][number];

const names: Readonly<Record<Step["name"], string>> = {
  lookup: "DNS",
  connect: "TCP",
  tls: "TLS",
  token: "Token",
  login: "Login",
  service: "Service",
};

/** What to look at where a step failed. The detail says what was found; the service's own words are never shown. */
const advice: Readonly<Record<Step["name"], string>> = {
  lookup: "Look for a typing error in the host name, and whether the server's DNS knows it.",
  connect:
    "See whether the service listens on that port, and whether a firewall or KEYMOOR_EGRESS_ALLOW lets the server there.",
  tls: "See whether the certificate is current and made for this host; KEYMOOR_EGRESS_CA adds an authority of your own.",
  token: "See whether the token endpoint, client id and client secret belong together.",
  login: "See whether user name and password are right, and whether the user may log in from this server.",
  service: "See whether the credential is current and may do what the check asks for.",
};

const icons = { passed: CheckIcon, failed: Cross2Icon, skipped: MinusIcon } as const;
const words = { passed: "passed", failed: "failed", skipped: "not reached" } as const;

/** A check, step by step, each with its time, and what to do where it failed. */
export function CheckSteps({ check }: { readonly check: Check }) {
  return (
    <div>
      <p className={styles.summary}>
        <StatusPill phase={check.phase} />
        <span>{check.detail}</span>
        <span className={styles.muted}>
          <RelativeTime at={check.at} />, in {duration(check.duration_ms)}
        </span>
      </p>
      <ol className={styles.steps} aria-label="Steps of the check">
        {check.steps.map((step) => (
          <StepLine key={step.name} step={step} />
        ))}
      </ol>
    </div>
  );
}

function StepLine({ step: { name, outcome, duration_ms, detail } }: { readonly step: Step }) {
  const Icon = icons[outcome];
  return (
    <li className={styles.step}>
      <Icon aria-hidden className={styles[outcome]} />
      <span className={styles.name}>
        {names[name]}
        <span className="only-heard"> {words[outcome]}</span>
      </span>
      <span className={classes(styles.detail)}>{detail || (outcome === "skipped" ? "Not reached" : "")}</span>
      <span className={styles.time}>{outcome === "skipped" ? "" : duration(duration_ms)}</span>
      {outcome === "failed" && <span className={styles.advice}>{advice[name]}</span>}
    </li>
  );
}
