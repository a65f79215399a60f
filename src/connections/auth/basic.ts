import { KeymoorError } from "../../errors.ts";
import type { AuthMethod } from "../define.ts";
import { withHeader } from "./with-header.ts";

/** HTTP Basic, RFC 7617, in UTF-8. User name and password both empty send nothing. */
export function basic(): AuthMethod {
  return {
    name: "basic",
    label: "User name and password",
    wire: "BASIC",
    fields: {
      username: { label: "User name", wire: "USERNAME" },
      password: { label: "Password", wire: "PASSWORD", secret: true },
    },
    sets: ["authorization"],
    anonymousWhenEmpty: true,
    apply: (request, { username = "", password = "" }) => {
      if (username === "" && password === "") return request;
      // RFC 7617 2: the server takes everything after the first colon for the password.
      if (username.includes(":")) {
        throw new KeymoorError("call_not_possible", `The value of "username" has a colon.`, {
          hint: "HTTP Basic cannot carry one; set the user name again without.",
        });
      }
      const pair = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
      return withHeader(request, "authorization", `Basic ${pair}`, "password");
    },
  };
}
