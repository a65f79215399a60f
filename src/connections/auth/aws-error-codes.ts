import type { VerifyRequest } from "../define.ts";

/**
 * What AWS says of a signed request, in `x-amzn-errortype` or the body. Not every service uses every name:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
 */
export const awsErrorCodes: NonNullable<VerifyRequest["codes"]> = {
  UnrecognizedClientException: "refused",
  InvalidClientTokenId: "refused",
  InvalidAccessKeyId: "refused",
  InvalidSignatureException: "refused",
  SignatureDoesNotMatch: "refused",
  ExpiredTokenException: "refused",
  ExpiredToken: "refused",
  InvalidToken: "refused",
  AccessDeniedException: "denied",
  AccessDenied: "denied",
};
