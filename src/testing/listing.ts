import { ActigradError } from "../core/errors.ts";

/** Numbers as a list. @throws ActigradError "option" for what are none */
export function listing(given: number | ArrayLike<number>, what: string): ArrayLike<number> {
  if (typeof given === "number") return [given];
  const { length } = Object(given) as { length?: unknown };
  if (typeof length === "number" && typeof given !== "string") return given;
  throw new ActigradError("option", `${what}: expected a number or numbers, got ${String(given)}`);
}
