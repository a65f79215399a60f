// What is loaded with the first call. A module of its own, because a bundler gives a lazily imported CommonJS package no
// named exports.
export { Agent, buildConnector, Pool } from "undici";
