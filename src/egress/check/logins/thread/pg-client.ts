// What is loaded with the first login. A module of its own, because a bundler gives a lazily imported CommonJS package no
// named exports.
import client from "pg/lib/client.js";

export const Client = client;
