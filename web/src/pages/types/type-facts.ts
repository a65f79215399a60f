import type { ConnectionType } from "../../../../src/client/connection-types.ts";

/** How one calls through it, in a sentence. */
export function callText({ call, client_key_header }: ConnectionType): string {
  const header = client_key_header === undefined ? "" : ` A use token is taken in ${client_key_header} too.`;
  switch (call.kind) {
    case "none":
      return call.because ?? "It cannot be called over HTTP.";
    case "endpoint":
      return `By HTTP, to the endpoint as it is.${header}`;
    case "below":
      return `By HTTP, to any path below the endpoint.${header}`;
    case "operations":
      return `By HTTP, to ${call.operations?.join(", ") ?? "its operations"}.${header}`;
  }
}

/** What a check does, in a sentence. */
export function verifyText({ verify }: ConnectionType): string {
  switch (verify.kind) {
    case "request":
      return `Asks ${verify.request ?? "the service"}${
        verify.is_public === true
          ? ", which is answered without a credential too: it says that the service is reached"
          : ""
      }.`;
    case "token":
      return "With OAuth it asks the token endpoint for a token; with other ways to authenticate it reaches the service and no more.";
    case "mcp":
      return "Opens a session of the Model Context Protocol and ends it.";
    case "login":
      return `Logs in${verify.drivers === undefined ? "" : `, for endpoints that begin with ${verify.drivers.join(", ")}`}.`;
    case "reach":
      return "Reaches the service: it has no harmless request that proves the credential.";
  }
}
