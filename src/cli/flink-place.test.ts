import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../test/fixtures/command-line.ts";
import { listenOnLoopback } from "../../test/fixtures/loopback.ts";
import { organizationId } from "../../test/fixtures/services.ts";

let fixture: CommandLineFixture;
beforeAll(async () => {
  fixture = await openCommandLine();
});
afterAll(() => fixture.close());

const commands = [
  "flink connection list --cloud aws --region us-east-1",
  "flink connection describe a --cloud aws --region us-east-1",
  "flink statement list --cloud aws --region us-east-1",
];
const hint =
  "Failed to get environment 'env-gone'. List available environments with `keymoor environment list`.";

describe.each(commands)("an environment of the profile that is not there: %s", (line) => {
  test("is said in the words of Confluent's CLI, as that of a flag is", async () => {
    const { keyOf, url } = fixture;
    const { KEYMOOR_API_KEY, KEYMOOR_API_SECRET } = keyOf("environmentAdmin", "cloud");
    const nobody = { KEYMOOR_URL: undefined, KEYMOOR_API_KEY: undefined, KEYMOOR_API_SECRET: undefined };
    const login = `login --url ${url} --api-key ${KEYMOOR_API_KEY} --api-secret-file -`.split(" ");
    expect(await fixture.run(login, { env: nobody, input: KEYMOOR_API_SECRET ?? "" })).toMatchObject({
      code: 0,
    });
    // As one that was kept while it was there.
    const profiles = join(fixture.folder, "profiles.json");
    const kept = JSON.parse(readFileSync(profiles, "utf8"));
    kept.profiles.default.environment = "env-gone";
    writeFileSync(profiles, JSON.stringify(kept));
    const refused = {
      code: 1,
      stdout: "",
      stderr: `Error: This environment does not exist, or you have no role in it.\n\nSuggestions:\n    ${hint}\n`,
    };
    expect(await fixture.run(line.split(" "), { env: nobody })).toMatchObject(refused);
    const flagged = `${line} --environment env-gone`.split(" ");
    expect(await fixture.run(flagged, { env: nobody })).toMatchObject(refused);
  });

  // Our own server says 404 of both; one behind a gateway, or a later one, may tell them apart.
  test("and one that the server forbids is named first", async () => {
    let url = "";
    const server = createServer((request, response) => {
      const isWhoAmI = request.url === "/keymoor/v1/whoami";
      response.writeHead(isWhoAmI ? 200 : 403, { "content-type": "application/json" });
      const whoami = {
        principal: { id: "u-1", kind: "user", name: "dev", email: null },
        organization: { id: organizationId, name: "Acme" },
        credential: {
          kind: "api_key",
          id: "K",
          environment_id: "env-gone",
          cloud: "AWS",
          region: "us-east-1",
          connections: null,
        },
        environments: [],
        regions: [{ cloud: "AWS", region: "us-east-1", endpoint: url }],
        roles: [],
        server: { version: "0.1.0", public_url: url },
      };
      response.end(JSON.stringify(isWhoAmI ? whoami : { errors: [{ detail: "Not for you." }] }));
    });
    ({ url } = await listenOnLoopback(server));
    const ran = await fixture.run(line.split(" "), { env: { KEYMOOR_URL: url } });
    server.closeAllConnections();
    server.close();
    expect(ran).toMatchObject({
      code: 1,
      stdout: "",
      stderr: `Error: env-gone not found or access forbidden: Not for you.\n\nSuggestions:\n    ${hint}\n`,
    });
  });
});
