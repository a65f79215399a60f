import { driverLogin } from "../auth/driver-login.ts";
import { defineConnectionType } from "../define.ts";

export const couchbase = defineConnectionType({
  name: "couchbase",
  label: "Couchbase",
  group: "database",
  summary: "Key, text and vector search in Couchbase Server or Capella.",
  endpoint: {
    example: "couchbases://cb.abcde.cloud.couchbase.com",
    schemes: ["couchbases", "couchbase", "https", "http"],
  },
  auth: [driverLogin()],
  call: { kind: "none", because: "Couchbase is reached by its own driver, not by HTTP." },
  source: "https://docs.couchbase.com/server/current/guides/connect.html",
});
