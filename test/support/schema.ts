/** Checks JSON against the schemas of docs/schema: the part of JSON Schema that they use, without additional properties. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { FOLDER } from "../schema-of.mjs";

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
}

/** Fails with the first place that differs from docs/schema/NAME.json. */
export function expectSchema(name: string, value: unknown): void {
  const root = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as Schema;
  expect(faultIn(root, root, value, name)).toBeUndefined();
}

function faultIn(root: Schema, schema: Schema, value: unknown, at: string): string | undefined {
  if (schema.$ref !== undefined) {
    const own = root.$defs?.[schema.$ref.replace("#/$defs/", "")];
    return own === undefined ? `${at}: no ${schema.$ref}` : faultIn(root, own, value, at);
  }
  if (schema.anyOf !== undefined) {
    const faults = schema.anyOf.map((choice) => faultIn(root, choice, value, at));
    return faults.includes(undefined) ? undefined : faults.join(" | ");
  }
  const wrong = `${at}: ${JSON.stringify(value)?.slice(0, 60)} is not ${schema.type ?? JSON.stringify(schema)}`;
  if ("const" in schema) return schema.const === value ? undefined : wrong;
  if (schema.enum !== undefined) return schema.enum.includes(value) ? undefined : wrong;
  if (schema.type === undefined) return undefined;
  if (schema.type === "array") return Array.isArray(value) ? faultInList(root, schema, value, at) : wrong;
  if (schema.type !== "object")
    return (value === null ? "null" : typeof value) === schema.type ? undefined : wrong;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? faultInObject(root, schema, value as Record<string, unknown>, at) : wrong;
}

function faultInList(
  root: Schema,
  { items, prefixItems = [] }: Schema,
  list: readonly unknown[],
  at: string,
) {
  if (list.length < prefixItems.length) return `${at}: ${list.length} elements`;
  for (const [i, element] of list.entries()) {
    const own = prefixItems[i] ?? items;
    if (own === false) return `${at}: ${list.length} elements`;
    const fault = own && faultIn(root, own, element, `${at}[${i}]`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultInObject(root: Schema, schema: Schema, value: Readonly<Record<string, unknown>>, at: string) {
  const { properties = {}, required = [], additionalProperties } = schema;
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${at}.${missing} is missing`;
  for (const [name, own] of Object.entries(value)) {
    const wanted = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (wanted === undefined) return `${at}.${name} is not in the schema`;
    const fault = faultIn(root, wanted, own, `${at}.${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
