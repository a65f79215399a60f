import { useState } from "react";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { SelectField, TextField } from "../../../ui/field.tsx";
import { SecretField } from "../../../ui/secret-field.tsx";
import { Segmented } from "../../../ui/segmented.tsx";
import type { TypeField } from "../snippets/snippet-input.ts";
import styles from "./credential-form.module.css";
import { type FormValues, fieldsOf, methodOf, valueIn } from "./form-values.ts";
import { type FieldErrors, judgeValues, secretLimitBytes } from "./judge-values.ts";

interface CredentialFormProps {
  readonly type: ConnectionType;
  readonly values: FormValues;
  readonly onChange: (values: FormValues) => void;
  /** All errors are shown, also of fields that nobody touched: somebody tried to go on. */
  readonly isTried: boolean;
  /** What the server said of a field. */
  readonly refused: FieldErrors;
  /** Of a connection that exists, type and endpoint stand. */
  readonly isEndpointFixed?: boolean;
  /** Below a field, by key: what holds now. */
  readonly hints?: Readonly<Record<string, string>>;
}

/** Endpoint, way to authenticate and its fields, drawn from the catalogue. */
export function CredentialForm({
  type,
  values,
  onChange,
  isTried,
  refused,
  isEndpointFixed = false,
  hints = {},
}: CredentialFormProps) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const judged = judgeValues(type, values);
  const touch = (key: string) => setTouched((before) => new Set(before).add(key));
  const errorOf = (key: string) => refused[key] ?? (isTried || touched.has(key) ? judged[key] : undefined);
  const setOption = (key: string) => (value: string) =>
    onChange({ ...values, options: { ...values.options, [key]: value } });
  const method = methodOf(type, values);
  const fields = fieldsOf(type, values);
  const own = fields.filter((field) => !method.fields.includes(field));
  const credential = fields.filter((field) => method.fields.includes(field));
  const draw = (field: TypeField) => (
    <OptionField
      key={field.key}
      field={field}
      value={valueIn(field, values)}
      onChange={setOption(field.key)}
      onBlur={() => touch(field.key)}
      error={errorOf(field.key)}
      hint={hints[field.key]}
      isOptional={!field.required || method.may_be_empty}
    />
  );
  return (
    <div className={styles.form}>
      {!isEndpointFixed && (
        <TextField
          label="Endpoint"
          name="endpoint"
          inputMode="url"
          isMono
          required
          placeholder={type.endpoint.example}
          hint="Where the service answers. It is kept as you type it and cannot be changed later."
          value={values.endpoint}
          onChange={({ target }) => onChange({ ...values, endpoint: target.value.trim() })}
          onBlur={() => touch("endpoint")}
          error={errorOf("endpoint")}
        />
      )}
      {own.map(draw)}
      {type.auth_methods.length > 1 && (
        <Segmented
          label="Authentication"
          value={method.name}
          options={type.auth_methods.map(({ name, label }) => ({ value: name, label }))}
          onChange={(name) => onChange({ ...values, method: name })}
        />
      )}
      {credential.map(draw)}
    </div>
  );
}

interface OptionFieldProps {
  readonly field: TypeField;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur: () => void;
  readonly error: string | undefined;
  readonly hint: string | undefined;
  readonly isOptional: boolean;
}

function OptionField({ field, value, onChange, onBlur, error, hint, isOptional }: OptionFieldProps) {
  const texts = {
    label: field.label,
    hint: hint ?? field.hint,
    error,
    // A list begins with its default: nothing is left out there.
    ...(isOptional && field.values === undefined && { aside: "Optional" }),
  };
  if (field.values !== undefined) {
    return (
      <SelectField
        {...texts}
        name={field.key}
        options={field.values.map((word) => ({ value: word, label: word }))}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        onBlur={onBlur}
      />
    );
  }
  if (field.visibility === "secret") {
    return (
      <SecretField
        {...texts}
        name={field.key}
        value={value}
        onChange={onChange}
        onBlur={onBlur}
        isText={field.form === "text"}
        isRequired={!isOptional}
        limitBytes={secretLimitBytes}
      />
    );
  }
  return (
    <TextField
      {...texts}
      name={field.key}
      isMono
      required={!isOptional}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      onBlur={onBlur}
    />
  );
}
