/**
 * Whether a text has something in it that server or `keymoor apply` would read from elsewhere if it stood alone in a credential:
 * `${env:`, `${file:` or `${client-env:`. Where none is meant to be, it is refused, so that nobody plants one for others.
 */
export function looksLikeReference(text: string): boolean {
  return /\$\{(?:file|env|client-env):/i.test(text);
}
