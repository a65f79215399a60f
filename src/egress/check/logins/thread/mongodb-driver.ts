// What is loaded with the first login. A module of its own, because a bundler gives a lazily imported CommonJS package no
// named exports.
export { MongoCredentials } from "mongodb/lib/cmap/auth/mongo_credentials.js";
export { Plain } from "mongodb/lib/cmap/auth/plain.js";
export { ScramSHA1, ScramSHA256 } from "mongodb/lib/cmap/auth/scram.js";
export { performInitialHandshake } from "mongodb/lib/cmap/connect.js";
export { Connection } from "mongodb/lib/cmap/connection.js";
