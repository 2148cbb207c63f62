import { ActigradError, unknownName } from "./errors.ts";

/** What each field of a record must be, as `typeof` has it; a question mark allows it to be absent, a bar parts choices. */
export type Fields = Readonly<Record<string, string>>;

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
const withArticle = (type: string): string =>
  type === "null" ? type : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;

/**
 * Holds a record, by which a user defines something, to its fields.
 * @param what the kind of thing: "op"
 * @throws ActigradError "option" for what is no record, a field that is missing, of another type, or unknown
 */
export function checkRecord(what: string, record: unknown, fields: Fields): void {
  const hint = `its fields are ${Object.keys(fields).join(", ")}`;
  const refuse = (problem: string): never => {
    throw new ActigradError("option", problem, { hint });
  };
  if (typeOf(record) !== "object") refuse(`${what}: expected a record, got ${withArticle(typeOf(record))}`);
  const values = record as Readonly<Record<string, unknown>>;
  const { name } = values;
  const title = typeof name === "string" && name !== "" ? `${what} "${name}"` : what;
  for (const [field, spec] of Object.entries(fields)) {
    const value = values[field];
    const types = spec.replace("?", "").split("|");
    if (value === undefined && spec.endsWith("?")) continue;
    if (value === undefined) refuse(`${title} has no ${field}`);
    if (value === "") refuse(`${title}: ${field} is empty`);
    if (!types.includes(typeOf(value)))
      refuse(
        `${title}: ${field} must be ${types.map(withArticle).join(" or ")}, got ${withArticle(typeOf(value))}`,
      );
  }
  const unknown = Object.keys(values).find((field) => !Object.hasOwn(fields, field));
  if (unknown !== undefined) throw unknownName(`field of ${title}:`, unknown, Object.keys(fields));
}
