import { awsErrorCodes } from "../auth/aws-error-codes.ts";
import { awsSigV4 } from "../auth/aws-sig-v4.ts";
import { defineConnectionType, post } from "../define.ts";

export const s3vectors = defineConnectionType({
  name: "s3vectors",
  label: "Amazon S3 Vectors",
  group: "vector_store",
  summary: "Vector search in vector buckets of Amazon S3.",
  endpoint: { example: "https://s3vectors.us-east-1.api.aws" },
  auth: [awsSigV4()],
  // Not `s3`: a service of its own with the ordinary signature (botocore's model of s3vectors, signingName).
  signingService: "s3vectors",
  call: { kind: "below" },
  // Reads names, ARNs and dates of buckets; no page found says whether the request has a price:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_S3VectorBuckets_ListVectorBuckets.html
  verify: post("/ListVectorBuckets", { maxResults: 1 }, { refused: [], codes: awsErrorCodes }),
  source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-regions-quotas.html",
});
