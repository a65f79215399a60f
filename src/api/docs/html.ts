/** Text that is HTML already. Everything else is escaped on its way into a template. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Part = string | number | Html | readonly Part[];

/** A template whose values are escaped; lists stand one after the other. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(strings.map((text, index) => text + render(values[index] ?? "")).join(""));
}

/** Text of our own, trusted as it is. */
html.raw = (text: string): Html => new Html(text);

/** Prose with `code` in back-quotes. */
export function prose(text: string): Html {
  return new Html(
    text
      .split("`")
      .map((part, index) => (index % 2 === 1 ? `<code>${escapeHtml(part)}</code>` : escapeHtml(part)))
      .join(""),
  );
}

function render(value: Part): string {
  if (value instanceof Html) return value.toString();
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return value.map(render).join("");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
