import { KeymoorError } from "../../errors.ts";
import type { OutgoingRequest } from "../define.ts";

/** The request with one more header. `field` names the option in the error when its value cannot stand in a header. */
export function withHeader(
  request: OutgoingRequest,
  name: string,
  value: string,
  field: string,
): OutgoingRequest {
  if (!sendable.test(value)) {
    throw new KeymoorError("call_not_possible", `The value of "${field}" cannot be sent in an HTTP header.`, {
      hint: "It has a line break or a character outside ASCII; set it again without.",
    });
  }
  return { ...request, headers: new Map(request.headers).set(name, value) };
}

/** RFC 9110 5.5: visible ASCII, space and tab. Bytes above that mean different things to different servers. */
const sendable = /^[\t\x20-\x7e]*$/;
