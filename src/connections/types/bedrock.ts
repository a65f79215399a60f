import { awsErrorCodes } from "../auth/aws-error-codes.ts";
import { awsSigV4 } from "../auth/aws-sig-v4.ts";
import { defineConnectionType, post } from "../define.ts";

export const bedrock = defineConnectionType({
  name: "bedrock",
  label: "Amazon Bedrock",
  group: "model",
  summary: "Foundation models on Amazon Bedrock.",
  endpoint: {
    example:
      "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1:0/invoke",
  },
  auth: [awsSigV4()],
  // Requests to bedrock-runtime are signed for `bedrock` (botocore's model of bedrock-runtime, signingName).
  signingService: "bedrock",
  call: { kind: "endpoint" },
  // Free of charge: https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
  // Models that cannot count their tokens, `us.` profiles among them, answer 400 with ValidationException, as seen in
  // https://github.com/agentgateway/agentgateway/pull/3254
  verify: post(
    "/count-tokens",
    { input: { converse: { messages: [{ role: "user", content: [{ text: "1" }] }] } } },
    { replaces: /\/(?:invoke|converse)[a-z-]*$/, refused: [], codes: awsErrorCodes },
  ),
  terraform: true,
  source: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html",
});
