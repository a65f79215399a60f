import { awsSigV4 } from "../auth/aws-sig-v4.ts";
import { defineConnectionType } from "../define.ts";

export const sagemaker = defineConnectionType({
  name: "sagemaker",
  label: "Amazon SageMaker",
  group: "model",
  summary: "Models behind an inference endpoint of Amazon SageMaker.",
  endpoint: {
    example: "https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/my-endpoint/invocations",
  },
  auth: [awsSigV4()],
  // Requests to runtime.sagemaker are signed for `sagemaker` (botocore's model of sagemaker-runtime, signingName).
  signingService: "sagemaker",
  call: { kind: "endpoint" },
  // No `verify`: the runtime has no operation but to invoke the model.
  terraform: true,
  source: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html",
});
