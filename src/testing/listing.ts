import { ActigradError } from "../core/errors.ts";

/** Numbers as an array. @throws ActigradError "option" for anything else */
export function listing(given: number | ArrayLike<number>, what: string): ArrayLike<number> {
  if (typeof given === "number") return [given];
  const { length } = Object(given) as { length?: unknown };
  if (typeof length === "number" && typeof given !== "string") return given;
  throw new ActigradError("option", `${what}: expected a number or numbers, got ${String(given)}`);
}
