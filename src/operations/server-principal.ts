/** In records of what no person did. */
export const serverPrincipal = "keymoor:server";
