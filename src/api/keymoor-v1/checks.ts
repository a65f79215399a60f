import { Type } from "@sinclair/typebox";
import { listChecks } from "../../operations/list-checks.ts";
import { describeVerification, switchChecks } from "../../operations/switch-checks.ts";
import { verifyConnection } from "../../operations/verify-connection.ts";
import { run } from "../admission.ts";
import type { App } from "../app.ts";
import { judgeEmptyBody } from "../body.ts";
import { environmentPath, namedParams } from "../environment-path.ts";
import { goneSignal } from "../gone-signal.ts";
import { Check, CheckList, checkView } from "./check-view.ts";
import { Verification, verificationView } from "./connection-view.ts";

const path = `/keymoor/v1${environmentPath}/connections/:name`;
const tags = ["Verification"];

const Switch = Type.Object(
  {
    enabled: Type.Boolean({
      description:
        "Whether the connection is checked without being asked. Asking for a check works either way.",
    }),
  },
  { title: "VerificationSwitch", additionalProperties: false },
);

/** Whether a connection works: checked now, found out before, and when it is looked again. */
export function addCheckRoutes(app: App): void {
  app.post(
    `${path}/verify`,
    {
      config: {
        access: verifyConnection,
        errors: ["connection_not_found", "resource_version_conflict", "too_many_checks"],
      },
      schema: {
        tags,
        operationId: "verifyConnection",
        summary: "Check a connection now",
        description:
          "Looks the endpoint up, connects, and shows the service the credential by a harmless request. The answer comes when the check is done, and the status of the connection is what it found. A check of the same connection that is under way is joined; one that has begun is recorded though the caller leaves. A credential that was refused is checked once a minute at most.",
        params: namedParams,
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: Check },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const signal = goneSignal(reply);
      const check = await run(request, verifyConnection, () => {
        judgeEmptyBody(request.body);
        return { name, signal };
      });
      return checkView(check);
    },
  );

  app.get(
    `${path}/checks`,
    {
      config: { access: listChecks, errors: ["connection_not_found"] },
      schema: {
        tags,
        operationId: "listChecks",
        summary: "List the last checks",
        description: "The last ten, newest first.",
        params: namedParams,
        response: { 200: CheckList },
      },
    },
    async (request) => {
      const { name } = request.params;
      return { data: (await run(request, listChecks, () => ({ name }))).map(checkView) };
    },
  );

  app.get(
    `${path}/verification`,
    {
      config: { access: describeVerification, errors: ["connection_not_found"] },
      schema: {
        tags,
        operationId: "getVerification",
        summary: "See when it is checked next",
        params: namedParams,
        response: { 200: Verification },
      },
    },
    async (request) => {
      const { name } = request.params;
      return verificationView(await run(request, describeVerification, () => ({ name })));
    },
  );

  app.put(
    `${path}/verification`,
    {
      config: { access: switchChecks, errors: ["connection_not_found"] },
      schema: {
        tags,
        operationId: "switchVerification",
        summary: "Switch its checks on or off",
        description: "Switched on, the connection is checked at once, unless its credential was refused.",
        params: namedParams,
        body: Switch,
        response: { 200: Verification },
      },
    },
    async (request) => {
      const { name } = request.params;
      const input = () => ({ name, enabled: request.body.enabled });
      return verificationView(await run(request, switchChecks, input));
    },
  );
}
