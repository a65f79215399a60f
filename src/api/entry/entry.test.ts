import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiFixture, openApi } from "../../../test/fixtures/services.ts";
import { entryScript } from "./entry-script.ts";

describe.each(["/invite", "/sign-in"])("the page of the link %s", (path) => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  const page = () => api.send("GET", path, undefined, { authorization: "" });

  it("runs its own script and style by their hash, and nothing from elsewhere", async () => {
    const { status, headers, text } = await page();
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const policy = headers["content-security-policy"] ?? "";
    for (const [tag, directive] of [
      ["script", "script-src"],
      ["style", "style-src"],
    ] as const) {
      const [, content = ""] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(text) ?? [];
      const hash = createHash("sha256").update(content).digest("base64");
      expect(policy).toContain(`${directive} 'sha256-${hash}'`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(text).not.toMatch(/https?:\/\/|<link|src=|style="| on\w+=/);
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("sends its form to a path that exists", async () => {
    const [, target = ""] = /data-target="([^"]+)"/.exec((await page()).text) ?? [];
    const { status, json } = await api.send("POST", target, {
      token: "x",
      ...(path === "/invite" && { password: "y" }),
    });
    expect([status, json.errors[0].code]).toEqual([400, "link_not_valid"]);
  });

  it("is in no OpenAPI document, which is for programs", async () => {
    expect(Object.keys((await api.send("GET", "/openapi.json")).json.paths)).not.toContain(path);
  });
});

interface Page {
  readonly location: { hash: string; readonly pathname: string };
  readonly sent: { target: string; body: unknown }[];
  readonly said: () => string;
  readonly form: { hidden: boolean };
  readonly submit: () => Promise<void>;
}

/** As much of a browser as the script uses. */
function openPage(hash: string, fields: readonly [string, string][], answer: () => unknown): Page {
  const location = { hash, pathname: "/invite" };
  const sent: { target: string; body: unknown }[] = [];
  const status = { textContent: "" };
  let submit: (event: { preventDefault: () => void }) => Promise<void> = async () => {};
  const form = {
    hidden: false,
    dataset: { target: "/there" },
    querySelector: () => ({ disabled: false }),
    addEventListener: (_type: string, listener: typeof submit) => {
      submit = listener;
    },
  };
  const document = { querySelector: (selector: string) => (selector === "form" ? form : status) };
  const history = {
    replaceState: () => {
      location.hash = "";
    },
  };
  const FormData = class {
    [Symbol.iterator] = () => fields[Symbol.iterator]();
  };
  const fetch = async (target: string, { body }: { body: string }) => {
    sent.push({ target, body: JSON.parse(body) });
    return answer();
  };
  new Function("location", "history", "document", "FormData", "fetch", entryScript)(
    location,
    history,
    document,
    FormData,
    fetch,
  );
  return {
    location,
    sent,
    form,
    said: () => status.textContent,
    submit: () => submit({ preventDefault: () => {} }),
  };
}

describe("the script of these pages", () => {
  const done = () => ({ ok: true, json: async () => ({ user: { email: "dev@example.com" } }) });

  it("takes the token out of the address, and sends it in a body when the form is sent", async () => {
    const page = openPage(
      "#kml_x",
      [
        ["name", ""],
        ["password", "p"],
      ],
      done,
    );
    expect([page.location.hash, page.sent]).toEqual(["", []]);
    await page.submit();
    expect(page.sent).toEqual([{ target: "/there", body: { password: "p", token: "kml_x" } }]);
    expect([page.form.hidden, page.said()]).toEqual([true, "You are signed in as dev@example.com."]);
  });

  it("says what the server refuses, and leaves the form", async () => {
    const refused = () => ({
      ok: false,
      json: async () => ({ errors: [{ detail: "The link has expired." }] }),
    });
    const page = openPage("#kml_x", [], refused);
    await page.submit();
    expect([page.form.hidden, page.said()]).toEqual([false, "The link has expired."]);
    const alone = openPage("#kml_x", [], () => Promise.reject(new Error("no network")));
    await alone.submit();
    expect(alone.said()).toContain("could not be reached");
  });

  it("asks for the whole link where the token is missing", () => {
    const page = openPage("", [], done);
    expect([page.form.hidden, page.said()]).toEqual([true, expect.stringContaining("not whole")]);
  });
});
