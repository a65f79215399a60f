import { driverLogin } from "../auth/driver-login.ts";
import { defineConnectionType } from "../define.ts";

export const couchbase = defineConnectionType({
  name: "couchbase",
  label: "Couchbase",
  group: "database",
  summary: "Key, text and vector search in Couchbase Server or Capella.",
  mark: "couchbase",
  endpoint: {
    example: "couchbases://cb.abcde.cloud.couchbase.com",
    schemes: ["couchbases", "couchbase", "https", "http"],
    // Ports: https://docs.couchbase.com/server/current/install/install-ports.html
    // DNS records, which Capella's names have by default:
    // https://github.com/couchbase/docs-sdk-common, modules/shared/partials/dnssrv-pars.adoc
    leads: {
      "couchbases:": { port: 11207, tls: true, srv: "_couchbases._tcp" },
      "couchbase:": { port: 11210, srv: "_couchbase._tcp" },
    },
  },
  auth: [driverLogin()],
  call: { kind: "none", because: "Couchbase is reached by its own driver, not by HTTP." },
  terraform: true,
  source: "https://docs.couchbase.com/server/current/guides/connect.html",
});
