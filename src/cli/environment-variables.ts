/** Variables that the command line reads; those of the server are settings. docs/cli.md is generated from this. */
export const environmentVariables = {
  KEYMOOR_URL: "Address of the server.",
  KEYMOOR_API_KEY: "Id of an API key. With the next one it takes the place of a profile's key.",
  KEYMOOR_API_SECRET: "Secret of that API key.",
  KEYMOOR_IDENTITY_TOKEN_FILE:
    "File with a token of an external issuer, read by each command. It takes the place of any key but that of a profile that `--profile` names.",
  KEYMOOR_IDENTITY_POOL: "Identity pool that this token is meant for, where it fits several.",
  KEYMOOR_USE_TOKEN:
    "Use token: `keymoor connection call` shows it in place of a key; no other command takes one.",
  KEYMOOR_CA_FILE: "PEM file of an authority to trust for this server, besides the usual ones.",
  KEYMOOR_INSECURE_HTTP:
    "`1` agrees to plain http to another machine, where others can read the key. Without it that is refused, unless `keymoor login --insecure-http` agreed for the profile.",
  KEYMOOR_PROFILE: "Profile to work with, in place of the current one.",
  KEYMOOR_CONFIG_HOME: "Folder of the profiles and of the shell's history.",
  XDG_CONFIG_HOME:
    "Without the one before, `keymoor` below this folder is it; without both, `~/.config/keymoor`.",
  NO_COLOR: "Set to anything: no colours.",
} as const;
