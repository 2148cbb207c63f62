import { development } from "./development.ts";
import { ActigradError, unknownName } from "./errors.ts";

/** The type of each field of a record, as in `typeof`: "function", "string", "object"; "undefined" if it may be absent. */
export type Fields = Readonly<Record<string, string>>;

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? "array" : value === null ? "null" : typeof value;

/**
 * Checks the fields of a user's record. A production build leaves it out.
 * @param what the kind of record: "op"
 * @throws ActigradError "option" for anything but a record, and for a field that is missing, of another type, empty, or unknown
 */
export function checkRecord(what: string, given: unknown, fields: Fields): void {
  if (!development) return;
  const names = Object.keys(fields);
  const record = (given ?? {}) as Readonly<Record<string, unknown>>;
  const title = typeOf(given) === "object" && record["name"] ? `${what} "${String(record["name"])}"` : what;
  const check = (field: string, value: unknown, types: string): void => {
    if (types.split(" ").includes(typeOf(value)) && value !== "") return;
    const got = value === "" ? '""' : value === undefined ? "nothing" : typeOf(value);
    throw new ActigradError("option", `${title}: ${field} must be of type ${types}, got ${got}`, {
      hint: `its fields are ${names.join(", ")}`,
    });
  };
  check("the record", given, "object");
  for (const name of names) check(name, record[name], fields[name]!);
  const unknown = Object.keys(record).find((name) => !names.includes(name));
  if (unknown !== undefined) throw unknownName(`field of ${title}`, unknown, names);
}
