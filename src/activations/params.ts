import { float32Fault } from "../core/check.ts";
import { ActigradError, unknownName } from "../core/errors.ts";
import type { Activation, ActivationParam } from "./activation.ts";

/**
 * Values of all of a record's parameters: the given ones, checked, and defaults.
 * @throws ActigradError "option" for an unknown name (with the nearest one), a value that is not a finite float32, or one out of
 * its range
 */
export function resolveParams<P extends string>(
  record: Pick<Activation<P>, "name" | "params" | "check">,
  given: Readonly<Partial<Record<string, number>>> = {},
): Record<P, number> {
  const specs = record.params as Readonly<Record<string, ActivationParam>>;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(specs, name)) continue;
    if (Object.keys(specs).length > 0)
      throw unknownName(`parameter of ${record.name}`, name, Object.keys(specs));
    throw new ActigradError("option", `${record.name} has no parameters, got "${name}"`, { name });
  }
  const values: Record<string, number> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value: unknown = given[name] ?? spec.default;
    const wrong =
      typeof value !== "number" || !Number.isFinite(value)
        ? "expected a finite number"
        : (float32Fault(value) ?? spec.check?.(value));
    if (wrong !== undefined) {
      throw new ActigradError("option", `${record.name}: ${name} = ${String(value)} is out of range`, {
        hint: `${wrong} (${spec.doc}; default ${spec.default})`,
        name,
        value,
      });
    }
    values[name] = value as number;
  }
  const wrong = record.check?.(values as Record<P, number>);
  if (wrong !== undefined) {
    const list = Object.entries(values).map(([name, value]) => `${name} = ${value}`);
    throw new ActigradError("option", `${record.name}: ${list.join(", ")} do not fit together`, {
      hint: wrong,
    });
  }
  return values as Record<P, number>;
}
