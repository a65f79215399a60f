import type { Usage } from "../../../../../src/client/usage.ts";
import { count } from "../../../format/count.ts";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { callsPerDay } from "./calls-per-day.ts";
import styles from "./usage-chart.module.css";

const width = 600;
const height = 96;

/** Calls per day over the last 30 days, and who made the last. */
export function UsageChart({ usage }: { readonly usage: Usage }) {
  const days = callsPerDay(usage.days, new Date());
  const most = Math.max(1, ...days.map(({ calls }) => calls));
  const total = days.reduce((sum, { calls }) => sum + calls, 0);
  if (total === 0) {
    return (
      <p className={styles.sum}>
        Nobody called through it in the last 30 days. “How to use it” has the commands that do.
      </p>
    );
  }
  const step = width / days.length;
  const summary = `${count(total, "call")} in the last 30 days`;
  return (
    <figure>
      <figcaption className={styles.sum}>
        {summary}
        {usage.last_used_at !== null && (
          <>
            {", the last "}
            <RelativeTime at={usage.last_used_at} />
            {usage.last_used_by !== null && (
              <>
                {" by "}
                <code>{usage.last_used_by}</code>
              </>
            )}
          </>
        )}
      </figcaption>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${summary}; at most ${most} a day`}
      >
        {days.map(({ day, calls }, index) => {
          const tall = calls === 0 ? 2 : Math.max(4, (calls / most) * height);
          return (
            <rect
              key={day}
              className={calls === 0 ? styles.none : styles.bar}
              x={index * step + 2}
              y={height - tall}
              width={step - 4}
              height={tall}
            >
              <title>{`${day}: ${count(calls, "call")}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className={styles.axis} aria-hidden>
        <span>{days[0]?.day}</span>
        <span>Today</span>
      </div>
    </figure>
  );
}
