import { driverLogin } from "../auth/driver-login.ts";
import { defineConnectionType } from "../define.ts";

export const confluentJdbc = defineConnectionType({
  name: "confluent_jdbc",
  label: "JDBC",
  group: "database",
  summary: "Key search in PostgreSQL, MySQL, SQL Server or Oracle.",
  // Some clients send http(s) here; a check says that it is unusable.
  endpoint: {
    example: "jdbc:postgresql://db.example.com:5432/my-database",
    schemes: ["jdbc", "https", "http"],
  },
  auth: [driverLogin()],
  call: { kind: "none", because: "A database is reached by its JDBC driver, not by HTTP." },
  verify: { kind: "login", drivers: { "jdbc:postgresql:": "postgresql" } },
  source: "https://docs.oracle.com/javase/8/docs/api/java/sql/DriverManager.html",
});
