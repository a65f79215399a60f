import { expect, it } from "vitest";
import { claimPath, unmetClaim } from "./identity-claims.ts";

const token = {
  sub: "system:serviceaccount:shop:builder",
  groups: ["dev", "ops"],
  level: 3,
  share: 0.5,
  verified: true,
  "kubernetes.io": { namespace: "shop", pod: { name: "p-1" }, "a/b~c": "odd" },
  "https://acme.example/role": "builder",
  kubernetes: { io: "another" },
  list: [{ name: "x" }],
};

it.each([
  [{ sub: "system:serviceaccount:shop:builder" }],
  [{ "/sub": "system:serviceaccount:shop:builder" }],
  [{ groups: "ops" }],
  [{ level: "3", verified: "true" }],
  [{ "/kubernetes.io/namespace": "shop", "/kubernetes.io/pod/name": "p-1" }],
  [{ "/kubernetes.io/a~1b~0c": "odd" }],
  [{ "https://acme.example/role": "builder" }],
])("a token has the claims %j", (wanted) => {
  expect(unmetClaim(wanted, token)).toBeUndefined();
});

it.each([
  ["sub", "System:serviceaccount:shop:builder"],
  ["sub", "system:serviceaccount:shop:*"],
  ["sub", "system:serviceaccount:shop"],
  ["groups", "dev,ops"],
  ["groups", "de"],
  ["missing", "undefined"],
  ["kubernetes.io.namespace", "shop"],
  ["kubernetes.io", "another"],
  ["/kubernetes.io/namespace/length", "4"],
  ["/groups/0", "dev"],
  ["/list/0/name", "x"],
  ["share", "0.5"],
  ["constructor", "x"],
  ["/kubernetes.io/constructor/name", "Object"],
  ["/toString", "x"],
  ["", "x"],
])("a token has not the claim %j of %j, and the name is told", (name, value) => {
  expect(unmetClaim({ verified: "true", [name]: value }, token)).toBe(name);
});

it("a claim is named by a plain name or a JSON pointer", () => {
  expect(claimPath("kubernetes.io")).toEqual(["kubernetes.io"]);
  expect(claimPath("/a~01/b.c")).toEqual(["a~1", "b.c"]);
  for (const name of ["", "/", "//a", "/a/", "/a~2"]) expect(claimPath(name)).toBeUndefined();
});
