const key = "keymoor.environment";

/** Where the switcher stood last, so that pages of no environment, and the next visit, know where one works. */
export function lastEnvironment(): string | undefined {
  return localStorage.getItem(key) ?? undefined;
}

export function rememberEnvironment(id: string): void {
  localStorage.setItem(key, id);
}
