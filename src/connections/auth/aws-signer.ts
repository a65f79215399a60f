// What is loaded with the first signed call. A module of its own, because a bundler gives a lazily imported CommonJS package
// no named exports.
export { clearCredentialCache, SignatureV4 } from "@smithy/signature-v4";
