import { useEffect, useState } from "react";
import { exactTime, relativeTime } from "../format/time.ts";

interface RelativeTimeProps {
  readonly at: string | null;
  /** What is said where there is no time. */
  readonly otherwise?: string;
  /** `4m ago`, for tables. */
  readonly isShort?: boolean;
}

/** `3 minutes ago`, kept up to date, with the exact time on hover. */
export function RelativeTime({ at, otherwise = "Never", isShort = false }: RelativeTimeProps) {
  const now = useNow();
  if (at === null) return <span>{otherwise}</span>;
  const time = new Date(at);
  return (
    <time dateTime={at} title={exactTime(time)}>
      {relativeTime(time, now, isShort ? "narrow" : "long")}
    </time>
  );
}

function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
