import { describe, expect, it } from "vitest";
import { ClientError } from "../../../../../src/client/client-error.ts";
import { catalogue } from "../../../../../src/connections/catalogue.ts";
import { authData, emptyValues, type FormValues, fieldsOf } from "./form-values.ts";
import { fieldOfError, judgeValues } from "./judge-values.ts";

describe.each(catalogue().map((type) => [type.name, type] as const))("the form of %s", (_name, type) => {
  it("begins empty, and asks for what the catalogue needs", () => {
    const errors = judgeValues(type, emptyValues(type));
    const [method] = type.auth_methods;
    const needed = method?.may_be_empty ? [] : method?.fields.filter(({ required }) => required);
    expect(Object.keys(errors)).toEqual(["endpoint", ...(needed ?? []).map(({ key }) => key)]);
    expect(errors.endpoint).toBe("An endpoint is needed.");
  });

  it.each(type.auth_methods.map((method) => [method.label, method] as const))(
    "sends the keys of %s and no other",
    (_label, method) => {
      const options = Object.fromEntries(
        type.auth_methods.flatMap(({ fields }) =>
          fields.map(({ key, values }) => [key, values?.[0] ?? "https://v.example"]),
        ),
      );
      const values: FormValues = { endpoint: type.endpoint.example, method: method.name, options };
      const allowed = [...type.options, ...method.fields].map(({ wire_key }) => wire_key);
      const { AUTH_TYPE, ...data } = authData(type, values);
      expect(AUTH_TYPE).toBe(method.auth_type);
      for (const key of Object.keys(data)) expect(allowed).toContain(key);
      for (const { wire_key } of method.fields) expect(data[wire_key]).toBeTruthy();
      expect(judgeValues(type, values)).toEqual({});
    },
  );
});

it("asks for an option that goes with the value of another only where it has that value", () => {
  const type = catalogue().find(({ options }) => options.some(({ only_with }) => only_with !== undefined));
  const field = type?.options.find(({ only_with }) => only_with !== undefined);
  if (type === undefined || field?.only_with === undefined) throw new Error("no type has such an option");
  const { option, value } = field.only_with;
  const other = type.options.find(({ key }) => key === option)?.values?.find((one) => one !== value) ?? "";
  const keys = (chosen: string) =>
    fieldsOf(type, { ...emptyValues(type), options: { [option]: chosen } }).map(({ key }) => key);
  expect(keys(value)).toContain(field.key);
  expect(keys(other)).not.toContain(field.key);
});

it("counts a value in bytes, which is what the server's limit is in", () => {
  const [type] = catalogue();
  if (type === undefined) throw new Error("the catalogue is empty");
  const [field] = type.auth_methods[0]?.fields ?? [];
  if (field === undefined) throw new Error("its way to authenticate has no field");
  const judge = (value: string) =>
    judgeValues(type, {
      ...emptyValues(type),
      endpoint: type.endpoint.example,
      options: { [field.key]: value },
    });
  expect(judge("é".repeat(2000))).toEqual({});
  expect(judge("é".repeat(2001))).toEqual({ [field.key]: `${field.label} is longer than 4000 bytes.` });
});

it("puts what the server refuses to the field that it is about", () => {
  const refused = (message: string, pointer?: string, code = "option_value_invalid") =>
    fieldOfError(new ClientError("answered", message, { code, ...(pointer !== undefined && { pointer }) }), [
      "api-key",
      "username",
    ]);
  expect(refused("…", "/spec/endpoint")).toBe("endpoint");
  expect(refused("…", "/name")).toBe("name");
  expect(refused("…", undefined, "resource_already_exists")).toBe("name");
  expect(refused('Option "username" is empty.', "/spec/auth_data/data")).toBe("username");
  expect(refused('Option "other" is empty.', "/spec/auth_data/data")).toBeUndefined();
  expect(fieldOfError(new Error("…"), [])).toBeUndefined();
});
