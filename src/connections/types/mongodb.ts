import { driverLogin } from "../auth/driver-login.ts";
import { defineConnectionType } from "../define.ts";

export const mongodb = defineConnectionType({
  name: "mongodb",
  label: "MongoDB",
  group: "database",
  summary: "Key, text and vector search in MongoDB or MongoDB Atlas.",
  mark: "mongodb",
  endpoint: {
    example: "mongodb+srv://cluster0.abcde.mongodb.net/my-database",
    schemes: ["mongodb+srv", "mongodb", "https", "http"],
  },
  auth: [driverLogin()],
  call: { kind: "none", because: "MongoDB is reached by its own driver, not by HTTP." },
  verify: { kind: "login", drivers: { "mongodb:": "mongodb", "mongodb+srv:": "mongodb" } },
  terraform: true,
  source: "https://www.mongodb.com/docs/manual/reference/connection-string-formats/",
});
