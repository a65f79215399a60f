import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { requireConnectionType } from "./connection-type.ts";
import type { AuthMethod, ConnectionType } from "./define.ts";
import { type JudgedOptions, judgeConnection, judgeRotation } from "./judge-connection.ts";
import { connectionTypes } from "./types/index.ts";

describe.each(connectionTypes)("a connection of type $name", (type) => {
  test.each(type.auth)("is accepted with all fields of $label, public ones apart", (method) => {
    const judged = create(type.name, complete(method));
    expect(judged.credential.method).toBe(method.name);
    for (const [key, field] of Object.entries(method.fields)) {
      expect(judged.options[key]).toBe(field.public ? sample(key) : undefined);
      expect(judged.credential.values[key]?.reveal()).toBe(field.public ? undefined : sample(key));
    }
  });

  test("may be written in any case", () => {
    const [method] = type.auth;
    if (method === undefined) throw new Error("Every type has a way to authenticate.");
    expect(create(type.name.toUpperCase(), complete(method)).type).toBe(type);
  });

  test.each(type.auth)("is refused with any required field of $label missing or empty", (method) => {
    const required = Object.keys(method.fields).filter((key) => !method.fields[key]?.optional);
    for (const key of required) {
      const { [key]: _, ...others } = complete(method);
      expect(errorOf(() => create(type.name, others)).code).toBe("option_missing");
      if (required.length > 1) {
        const error = errorOf(() => create(type.name, { ...others, [key]: "" }));
        expect([error.code, error.message]).toEqual(["option_missing", `Option "${key}" is empty.`]);
      }
    }
  });

  test("is refused without options, naming those it needs", () => {
    const error = errorOf(() => create(type.name, {}));
    expect(error.code).toBe("option_missing");
    for (const method of type.auth) {
      for (const key of Object.keys(method.fields)) expect(error.sentence).toContain(`"${key}"`);
    }
  });

  test("refuses options of other types by name and with those it accepts", () => {
    const foreign = connectionTypes
      .flatMap((other) => [
        ...other.auth.flatMap(({ fields }) => Object.keys(fields)),
        ...Object.keys(other.options),
      ])
      .filter((key) => !accepts(type, key));
    expect(foreign.length).toBeGreaterThan(0);
    for (const key of foreign) {
      const error = errorOf(() => create(type.name, { [key]: "s3cr3t" }));
      expect(error.code).toBe("option_not_accepted");
      expect(error.message).toBe(`Option "${key}" is not accepted by type "${type.name}".`);
      expect(error.sentence).not.toContain("s3cr3t");
    }
  });

  test.each(type.auth)("refuses masks and over-long values in every sealed field of $label", (method) => {
    for (const [key, field] of Object.entries(method.fields)) {
      if (field.public) continue;
      for (const mask of [
        "<REDACTED>",
        "<redacted>",
        "******",
        "***",
        " ******** ",
        "[redacted]",
        "*".repeat(500),
      ]) {
        expect(errorOf(() => create(type.name, { ...complete(method), [key]: mask })).code).toBe(
          "secret_is_mask",
        );
      }
      const tooLong = `${"é".repeat(2000)}x`;
      expect(errorOf(() => create(type.name, { ...complete(method), [key]: tooLong })).code).toBe(
        "secret_too_long",
      );
      const longest = "é".repeat(2000);
      expect(
        create(type.name, { ...complete(method), [key]: longest }).credential.values[key]?.reveal(),
      ).toBe(longest);
    }
  });

  test.each(type.auth)("takes the AUTH_TYPE that clients send for $label, and no other", (method) => {
    const judge = (authType: string) =>
      judgeConnection({
        type: type.name,
        endpoint: type.endpoint.example,
        options: secrets(complete(method)),
        authType,
      });
    for (const authType of ["API_KEY", "BASIC", "BEARER", "OAUTH2", "NTLM"]) {
      if (authType === method.wire) expect(judge(authType.toLowerCase()).credential.method).toBe(method.name);
      else expect(errorOf(() => judge(authType)).code).toBe("option_value_invalid");
    }
  });

  test("refuses two ways to authenticate at once", () => {
    for (const one of type.auth) {
      for (const two of type.auth) {
        if (one === two) continue;
        const error = errorOf(() => create(type.name, { ...complete(one), ...complete(two) }));
        expect(error.code).toBe("auth_method_ambiguous");
      }
    }
  });
});

test("a misspelt option is answered with the nearest right one", () => {
  const error = errorOf(() => create("openai", { "ap-key": "s3cr3t" }));
  expect(error.code).toBe("option_unknown");
  expect(error.sentence).toBe(
    `Unknown option "ap-key". Did you mean "api-key"? Accepted options: "api-key".`,
  );
});

test("an option that resembles none is not repeated: key and value may have been swapped", () => {
  const error = errorOf(() => create("elastic", { "sk-s3cr3t-value": "api-key" }));
  expect(error.code).toBe("option_unknown");
  expect(error.sentence).toBe(
    `One of the options is unknown. Accepted options: "api-key", or "username" and "password".`,
  );
});

test("an unknown type is answered with the nearest one and not repeated", () => {
  expect(errorOf(() => create("opnai", {})).sentence).toContain(`Did you mean "openai"?`);
  const error = errorOf(() => create("s3cr3t-value", {}));
  expect(error.code).toBe("unknown_connection_type");
  expect(error.sentence).not.toContain("s3cr3t");
  expect(errorOf(() => create("", {})).code).toBe("option_missing");
});

test.each(["rest", "mcp_server", "a2a"])(
  "%s may be anonymous, by an empty token or an empty login",
  (type) => {
    expect(create(type, { token: "" }).credential.method).toBe("bearer");
    expect(create(type, { username: "", password: "" }).credential.method).toBe("basic");
    expect(errorOf(() => create(type, { username: "" })).code).toBe("option_missing");
    expect(errorOf(() => create(type, { username: "u", password: "" })).code).toBe("option_missing");
  },
);

test("an empty option beside a complete way to authenticate counts as not given", () => {
  expect(create("elastic", { "api-key": "", username: "u", password: "p" }).credential.method).toBe("basic");
});

test("an empty login is missing where the service wants one", () => {
  expect(errorOf(() => create("elastic", { username: "", password: "" })).code).toBe("option_missing");
  expect(errorOf(() => create("mongodb", { username: "", password: "" })).code).toBe("option_missing");
});

test.each(["file:openai-key", "env:OPENAI_KEY"])("a reference to %s passes as it is", (name) => {
  const reference = `\${${name}}`;
  const judged = create("openai", { "api-key": reference });
  expect(judged.credential.values["api-key"]?.reveal()).toBe(reference);
});

test.each(["${env:A}", "x${client-env:HOME}"])(
  "a public option may not have a reference in it, such as %s",
  (text) => {
    const error = errorOf(() => create("mcp_server", { token: "t", "sse-endpoint": `/${text}` }));
    expect([error.code, error.details.option]).toEqual(["option_value_invalid", "sse-endpoint"]);
  },
);

test("a transport is taken in any case and kept in upper case; others are refused without being repeated", () => {
  const options = { token: "t", "transport-type": "streamable_http" };
  expect(create("mcp_server", options).options).toEqual({ "transport-type": "STREAMABLE_HTTP" });
  const error = errorOf(() => create("mcp_server", { token: "t", "transport-type": "s3cr3t" }));
  expect(error.code).toBe("option_value_invalid");
  expect(error.sentence).toBe(
    `Option "transport-type" has a value that it does not take. It takes SSE or STREAMABLE_HTTP, in any case.`,
  );
});

test("an sse-endpoint stands beside SSE, which is the default, and not beside STREAMABLE_HTTP", () => {
  const sse = { token: "t", "sse-endpoint": "/events" };
  expect(create("mcp_server", sse).options).toEqual({ "sse-endpoint": "/events" });
  expect(create("mcp_server", { ...sse, "transport-type": "sse" }).options["transport-type"]).toBe("SSE");
  const error = errorOf(() => create("mcp_server", { ...sse, "transport-type": "streamable_http" }));
  expect(error.code).toBe("option_value_invalid");
});

test.each(["not a url", "ftp://h/token", "/token"])("a token-endpoint may not be %j", (endpoint) => {
  const error = errorOf(() => create("rest", { ...oauth, "token-endpoint": endpoint }));
  expect([error.code, error.details.pointer]).toEqual(["option_value_invalid", "/spec/auth_data/data"]);
});

describe("replacing a credential (REST's PUT)", () => {
  test("may change the way to authenticate; public options of the type stay, those of the old way go", () => {
    const before = create("mcp_server", { ...oauth, "transport-type": "STREAMABLE_HTTP" });
    const after = rotate("mcp_server", before, { token: "new" }, "replace");
    expect(after.options).toEqual({ "transport-type": "STREAMABLE_HTTP" });
    expect(shown(after)).toEqual({ token: "new" });
  });

  test("wants the whole credential", () => {
    const before = create("elastic", { username: "u", password: "p" });
    expect(errorOf(() => rotate("elastic", before, { password: "q" }, "replace")).code).toBe(
      "option_missing",
    );
    expect(errorOf(() => rotate("elastic", before, {}, "replace")).code).toBe("option_missing");
  });

  test("keeps the token endpoint when only the credential is sent", () => {
    const before = create("rest", oauth);
    const { "token-endpoint": _, ...credential } = oauth;
    expect(rotate("rest", before, credential, "replace").options).toEqual(before.options);
  });

  test("drops a session token that is not sent again", () => {
    const before = create("bedrock", aws);
    const { "aws-session-token": _, ...pair } = aws;
    expect(shown(rotate("bedrock", before, pair, "replace"))).toEqual(pair);
  });
});

describe("merging into a credential (ALTER CONNECTION ... SET)", () => {
  test("keeps the fields that are not given", () => {
    const before = create("elastic", { username: "u", password: "p" });
    expect(shown(rotate("elastic", before, { password: "q" }))).toEqual({ username: "u", password: "q" });
  });

  test("switches the way to authenticate only by a complete one", () => {
    const before = create("elastic", { username: "u", password: "p" });
    expect(shown(rotate("elastic", before, { "api-key": "k" }))).toEqual({ "api-key": "k" });
    const other = create("elastic", { "api-key": "k" });
    expect(errorOf(() => rotate("elastic", other, { password: "p" })).code).toBe("option_missing");
    expect(errorOf(() => rotate("elastic", other, { "api-key": "k", password: "p" })).code).toBe(
      "auth_method_ambiguous",
    );
  });

  test("does not empty a required field", () => {
    const before = create("elastic", { username: "u", password: "p" });
    expect(errorOf(() => rotate("elastic", before, { password: "" })).code).toBe("option_missing");
  });

  test("removes an optional field that is set to nothing", () => {
    const { "aws-session-token": _, ...pair } = aws;
    expect(shown(rotate("bedrock", create("bedrock", aws), { "aws-session-token": "" }))).toEqual(pair);
  });

  test("drops the session token of another access key", () => {
    const given = { "aws-access-key": "OTHER", "aws-secret-key": "other" };
    expect(shown(rotate("bedrock", create("bedrock", aws), given))).toEqual(given);
    const same = { "aws-access-key": aws["aws-access-key"], "aws-secret-key": "other" };
    expect(shown(rotate("bedrock", create("bedrock", aws), same))).toEqual({ ...aws, ...same });
  });

  test("changes a public option alone", () => {
    const before = create("mcp_server", { token: "t" });
    const after = rotate("mcp_server", before, { "transport-type": "STREAMABLE_HTTP" });
    expect([after.options, shown(after)]).toEqual([{ "transport-type": "STREAMABLE_HTTP" }, { token: "t" }]);
  });

  test("changes where secrets travel only together with every secret of the method", () => {
    const before = create("rest", oauth);
    const elsewhere = { "token-endpoint": "https://elsewhere.example.com/token" };
    const error = errorOf(() => rotate("rest", before, elsewhere));
    expect(error.code).toBe("secret_must_be_repeated");
    expect(error.sentence).toContain(`"client-secret"`);
    const after = rotate("rest", before, { ...elsewhere, "client-secret": "new" });
    expect(after.options).toEqual(elsewhere);
    expect(shown(after)).toMatchObject({ "client-id": oauth["client-id"], "client-secret": "new" });
  });

  test("lets the same token endpoint be sent again without the secret", () => {
    const before = create("rest", oauth);
    const given = { "token-endpoint": oauth["token-endpoint"], scope: "b" };
    expect(shown(rotate("rest", before, given)).scope).toBe("b");
  });

  test("asks for the secret when an sse-endpoint is set, changed or removed", () => {
    const without = create("mcp_server", { username: "u", password: "p" });
    const stands = create("mcp_server", { username: "u", password: "p", "sse-endpoint": "/a" });
    for (const [before, value] of [
      [without, "/a"],
      [stands, "/b"],
      [stands, ""],
    ] as const) {
      const error = errorOf(() => rotate("mcp_server", before, { "sse-endpoint": value }));
      expect(error.code).toBe("secret_must_be_repeated");
      const after = rotate("mcp_server", before, { "sse-endpoint": value, password: "p" });
      expect(after.options["sse-endpoint"]).toBe(value === "" ? undefined : value);
    }
    const anonymous = create("mcp_server", { token: "" });
    expect(rotate("mcp_server", anonymous, { "sse-endpoint": "/a" }).options["sse-endpoint"]).toBe("/a");
  });

  test("never lets a secret travel to a new place unless it was given with it", () => {
    const value = fc.constantFrom("a", "b", "https://a.example.com/t", "https://b.example.com/t", "");
    const key = fc.constantFrom(
      "token",
      "username",
      "password",
      "api-key",
      "sse-endpoint",
      ...Object.keys(oauth),
    );
    const given = fc.dictionary(key, value, { maxKeys: 4 });
    const before = create("mcp_server", oauth);
    fc.assert(
      fc.property(given, (options) => {
        const after = attempt(() => rotate("mcp_server", before, options));
        if (after === undefined) return;
        const isRedirected = ["token-endpoint", "sse-endpoint"].some(
          (place) => after.options[place] !== before.options[place],
        );
        const kept = shown(after)["client-secret"] === oauth["client-secret"];
        expect(isRedirected && kept && options["client-secret"] === undefined).toBe(false);
      }),
    );
  });
});

test("no error repeats a value, whatever is given", () => {
  const key = fc.oneof(
    fc.constantFrom(
      ...connectionTypes.flatMap(({ auth, options }) => [
        ...auth.flatMap((m) => Object.keys(m.fields)),
        ...Object.keys(options),
      ]),
    ),
    fc.string({ minLength: 12 }),
  );
  const value = fc.string().map((text) => `c4nary${text}`);
  fc.assert(
    fc.property(fc.constantFrom(...connectionTypes), fc.dictionary(key, value), (type, options) => {
      try {
        create(type.name, options);
      } catch (error) {
        if (!(error instanceof KeymoorError)) throw error;
        expect(JSON.stringify([error.sentence, error.details])).not.toContain("c4nary");
      }
    }),
  );
});

const oauth = {
  "token-endpoint": "https://auth.example.com/token",
  "client-id": "id",
  "client-secret": "secret",
  scope: "a",
};

const aws = { "aws-access-key": "AKIA", "aws-secret-key": "secret", "aws-session-token": "token" };

function create(typeName: string, options: Record<string, string>) {
  const endpoint = "https://h.example.com/x";
  return judgeConnection({ type: typeName, endpoint, options: secrets(options) });
}

function rotate(
  typeName: string,
  before: JudgedOptions,
  given: Record<string, string>,
  mode: "replace" | "merge" = "merge",
): JudgedOptions {
  const { options, credential } = before;
  const type = requireConnectionType(typeName);
  return judgeRotation({
    type,
    options,
    credential: mode === "merge" ? credential : undefined,
    given: secrets(given),
    mode,
  });
}

function complete(method: AuthMethod): Record<string, string> {
  return Object.fromEntries(Object.keys(method.fields).map((key) => [key, sample(key)]));
}

function sample(key: string): string {
  return key.endsWith("endpoint") ? "https://auth.example.com/token" : `value of ${key}`;
}

function secrets(options: Record<string, string>): Map<string, Secret> {
  return new Map(Object.entries(options).map(([key, value]) => [key, new Secret(value)]));
}

function shown({ credential }: JudgedOptions): Record<string, string> {
  return Object.fromEntries(Object.entries(credential.values).map(([key, value]) => [key, value.reveal()]));
}

function accepts(type: ConnectionType, key: string): boolean {
  return key in type.options || type.auth.some(({ fields }) => key in fields);
}

function attempt<T>(judge: () => T): T | undefined {
  try {
    return judge();
  } catch (error) {
    if (error instanceof KeymoorError) return undefined;
    throw error;
  }
}

function errorOf(judge: () => unknown): KeymoorError {
  try {
    judge();
  } catch (error) {
    if (error instanceof KeymoorError) return error;
    throw error;
  }
  throw new Error("It was accepted.");
}
