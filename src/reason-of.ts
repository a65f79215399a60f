/** Why a file cannot be used, `ENOENT` and its like in words: the same ones in every error. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const words: Readonly<Record<string, string>> = {
    ENOENT: "it does not exist",
    ENAMETOOLONG: "its name is too long",
    EACCES: "permission denied",
    EISDIR: "it is a folder",
    ENOTDIR: "its folder is a file",
    ENOSPC: "the disk is full",
    EROFS: "the disk is read-only",
  };
  return words[code] ?? code;
}
