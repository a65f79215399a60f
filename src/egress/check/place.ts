/** Host without brackets, and port. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** `db.example.com:5432`, `[2001:db8::1]:443`. */
export function textOf({ host, port }: Place): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** As `upstreamError` takes it. */
export function urlLike(place: Place): { hostname: string; host: string } {
  return { hostname: place.host, host: textOf(place) };
}
