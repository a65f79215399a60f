import { type Static, Type } from "@sinclair/typebox";
import type { AnyCheck } from "../../operations/check-unsaved.ts";
import { oneOf } from "../one-of.ts";

export const Check = Type.Object(
  {
    id: Type.Union([Type.String(), Type.Null()], { description: "null for a check that is kept nowhere." }),
    at: Type.String({ format: "date-time", description: "When it began." }),
    trigger: oneOf(["created", "rotated", "activated", "asked", "scheduled", "before_saving"]),
    outcome: oneOf(["accepted", "refused", "unreachable", "cannot_tell"], {
      description:
        "accepted: the service took the credential. refused: it did not. unreachable: it could not be asked. cannot_tell: it was reached, and nothing harmless says more.",
    }),
    phase: oneOf(["PENDING", "READY", "UNREACHABLE", "INVALID_AUTH"], {
      description: "The status that follows.",
    }),
    detail: Type.String({
      description: "What was found, or what to mend. Nothing of it is the service's text.",
    }),
    credential_version: Type.Union([Type.Integer(), Type.Null()], {
      description: "The version that was shown; null for a credential that is not stored.",
    }),
    duration_ms: Type.Integer(),
    certificate_expires_at: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
      description: "When the first certificate of the endpoint's chain expires; null without TLS.",
    }),
    steps: Type.Array(
      Type.Object({
        name: oneOf(["lookup", "connect", "tls", "token", "login", "service"]),
        outcome: oneOf(["passed", "failed", "skipped"]),
        duration_ms: Type.Integer(),
        detail: Type.String(),
      }),
      { description: "What was tried, in order." },
    ),
  },
  {
    title: "Check",
    examples: [
      {
        id: "0b8f7a5e-6f0f-4f0e-9a55-6a1c3b1a2f10",
        at: "2026-11-20T09:00:00.000Z",
        trigger: "asked",
        outcome: "refused",
        phase: "INVALID_AUTH",
        detail: "Refused by the service: 401 Unauthorized",
        credential_version: 1,
        duration_ms: 84,
        certificate_expires_at: "2027-02-01T00:00:00.000Z",
        steps: [{ name: "lookup", outcome: "passed", duration_ms: 3, detail: "" }],
      },
    ],
  },
);

export const CheckList = Type.Object({ data: Type.Array(Check) }, { title: "CheckList" });

export function checkView(check: AnyCheck): Static<typeof Check> {
  const isKept = "id" in check;
  return {
    id: isKept ? check.id : null,
    at: check.at,
    trigger: check.trigger,
    outcome: check.outcome,
    phase: check.phase,
    detail: check.detail,
    credential_version: isKept ? check.credentialVersion : null,
    duration_ms: check.durationMs,
    certificate_expires_at: check.certificateExpiresAt,
    steps: check.steps.map(({ name, outcome, durationMs, detail }) => ({
      name,
      outcome,
      duration_ms: durationMs,
      detail,
    })),
  };
}
