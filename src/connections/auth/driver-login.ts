import type { AuthMethod } from "../define.ts";

/** A user name and password for a driver that logs in by itself: nothing to put on a request. */
export function driverLogin(): AuthMethod {
  return {
    name: "driver_login",
    label: "User name and password",
    wire: "BASIC",
    fields: {
      username: { label: "User name", wire: "USERNAME" },
      password: { label: "Password", wire: "PASSWORD", secret: true },
    },
    sets: [],
  };
}
