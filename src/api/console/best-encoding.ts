export interface Encoding {
  /** As HTTP names it. */
  readonly name: string;
  /** Of the files that hold it. */
  readonly extension: string;
}

/** In which the build leaves large files ready-made, the smallest first. */
export const encodings: readonly Encoding[] = [
  { name: "br", extension: ".br" },
  { name: "gzip", extension: ".gz" },
];

/** The first of `ready` that the header takes; undefined: send it as it is. Browsers say no more than which they know. */
export function bestEncoding(acceptEncoding: string, ready: readonly Encoding[]): Encoding | undefined {
  const accepted = acceptedOf(acceptEncoding);
  return ready.find(({ name }) => accepted.has(name));
}

/** Whether somebody asks for a page by name, as browsers do; a program that takes anything wants no page. */
export function acceptsHtml(accept: string): boolean {
  return acceptedOf(accept).has("text/html");
}

/** Names in a header of RFC 9110 12.4.2 but those of weight 0. */
function acceptedOf(header: string): ReadonlySet<string> {
  const parts = header
    .toLowerCase()
    .split(",")
    .map((part) => part.split(";").map((text) => text.trim()));
  return new Set(parts.filter(([, ...given]) => !given.some(isZero)).map(([name = ""]) => name));
}

function isZero(parameter: string): boolean {
  return /^q\s*=\s*0(\.0*)?$/.test(parameter);
}
