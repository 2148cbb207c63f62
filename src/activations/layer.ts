import { ActigradError } from "../core/errors.ts";
import type { Activation, ActivationLayer, ActivationOptions } from "./activation.ts";
import { resolveParams } from "./params.ts";

/**
 * The layer of an activation's record.
 * @throws ActigradError "option" for parameters that do not exist, are out of range, or cannot be learned
 */
export function activationLayer(record: Activation, options: ActivationOptions = {}): ActivationLayer {
  const wrong = (what: string, hint: string): never => {
    throw new ActigradError("option", `${record.name}: ${what}`, { hint });
  };
  if (typeof options !== "object" || options === null)
    wrong(`expected options, got ${String(options)}`, `name them: ${record.name}({ name: value })`);
  const { learn, perChannel, perUnit, ...plain } = options;
  if (record.learning === undefined && (learn || perChannel || perUnit))
    wrong("no parameter is learned", "it has no learnable parameter");
  const { given, about, fields } = record.learning?.asked(record, options) ?? {
    given: plain as Readonly<Record<string, number>>,
    about: [],
    fields: { learned: [], scopes: {} },
  };
  const params = resolveParams(record, given);
  const named = Object.entries(given).flatMap(([name, value]) =>
    (value as number | undefined) === undefined ? [] : [`${name}=${String(value)}`],
  );
  const all = [...named, ...about];
  const layer: ActivationLayer = {
    kind: "activation",
    title: all.length === 0 ? record.name : `${record.name}(${all.join(", ")})`,
    activation: record,
    params,
    ...fields,
    build: (context, x) => context.activation(layer, x),
  };
  return layer;
}
