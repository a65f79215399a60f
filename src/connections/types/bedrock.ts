import { awsSigV4 } from "../auth/aws-sig-v4.ts";
import { defineConnectionType } from "../define.ts";

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
  source: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html",
});
