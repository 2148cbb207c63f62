import { ActigradError, unknownName } from "../core/errors.ts";
import type { Activation, ActivationLayer, ActivationOptions } from "./activation.ts";
import { resolveParams } from "./params.ts";

/**
 * An activation's layer: what its record gives when it is called.
 * @throws ActigradError "option" for parameters that it has not, that are out of range, or that cannot be learned
 */
export function activationLayer(record: Activation, options: ActivationOptions = {}): ActivationLayer {
  const wrong = (what: string, hint: string): never => {
    throw new ActigradError("option", `${record.name}: ${what}`, { hint });
  };
  if (typeof options !== "object" || options === null)
    wrong(`expected options, got ${String(options)}`, `name them: ${record.name}({ name: value })`);
  const { learn, perChannel = false, ...given } = options;
  if (typeof perChannel !== "boolean") wrong(`perChannel = ${String(perChannel)}`, "expected true or false");
  if (learn !== undefined && typeof learn !== "boolean" && !Array.isArray(learn))
    wrong(`learn = ${String(learn)}`, "expected true, false, or a list of parameters");
  const params = resolveParams(record, given as Record<string, number>);
  const learned = learnedParams(record, learn);
  if (learned.length === 0 && (learn === true || perChannel)) {
    const learnable = learnableOf(record);
    const hint =
      learnable.length > 0 ? `ask for it by learn: ${learnable.join(", ")}` : "it has no learnable parameter";
    wrong("no parameter is learned", hint);
  }
  const about = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${String(value)}`],
  );
  if (learned.length > 0) about.push(`learned ${learned.join(" ")}`);
  if (perChannel) about.push("one a channel");
  const layer: ActivationLayer = {
    kind: "activation",
    title: about.length === 0 ? record.name : `${record.name}(${about.join(", ")})`,
    activation: record,
    params,
    learned,
    perChannel,
    build: (context, x) => context.activation(layer, x),
  };
  return layer;
}

const learnableOf = ({ params }: Activation): string[] =>
  Object.keys(params).filter((name) => params[name]!.learnable === true);

/** The names of the parameters that are trained. */
function learnedParams(record: Activation, learn: ActivationOptions["learn"]): readonly string[] {
  if (learn === false) return [];
  const learnable = learnableOf(record);
  if (learn === true) return learnable;
  if (learn === undefined) return learnable.filter((name) => record.params[name]!.learnedAs !== undefined);
  for (const name of learn) {
    if (!Object.hasOwn(record.params, name))
      throw unknownName(`parameter of ${record.name}`, name, Object.keys(record.params));
    if (!learnable.includes(name)) {
      throw new ActigradError("option", `${record.name}: its ${name} cannot be learned`, {
        hint: learnable.length > 0 ? `learnable: ${learnable.join(", ")}` : "it has no learnable parameter",
      });
    }
  }
  return [...learn];
}
