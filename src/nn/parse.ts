import {
  type Activation,
  type ActivationOptions,
  activations,
  findActivation,
} from "../activations/index.ts";
import { unknownName } from "../core/errors.ts";
import { type GivenOptions, readOptions, splitOptions } from "../core/options.ts";
import { formula } from "../activations/formula/index.ts";
import { groupedActivations } from "./grouped.ts";
import type { Layer } from "./layer.ts";

const flag = { kind: "flag" } as const;
const learning = { learn: flag, perChannel: flag, perUnit: flag } as const;

/**
 * An activation layer from text: a name, then options. `learn` trains every parameter that can be trained, `learn=false` none;
 * `perChannel` gives each feature its own value, `perUnit` each number of a sample. Examples: `relu`,
 * `leaky_relu:negativeSlope=0.2`, `swish:beta=1.5,learn`, `maxout:pieces=3`, `swiglu:gate=first`. Anything else is parsed as a
 * formula: `x * sigmoid(beta * x); beta = 1 learned`.
 * @throws ActigradError "option" with the nearest name, "formula" with the column
 */
export function parseActivation(text: string): Layer {
  const named = /^\s*\w+\s*(:|$)/.test(text) && text.trim() !== "x";
  if (!named && text.trim() !== "") return { ...formula(text)(), title: text.trim() };
  const { head: name, given } = splitOptions(text);
  if (!Object.hasOwn(groupedActivations, name)) return elementwise(name, given);
  const { options, layer } = groupedActivations[name as keyof typeof groupedActivations];
  return layer(readOptions(name, options, given) as ActivationOptions);
}

function elementwise(name: string, given: GivenOptions): Layer {
  const records: readonly Activation[] = Object.values(activations);
  if (!records.some((record) => record.name === name || record.aliases.includes(name)))
    throw unknownName("activation", name, [...Object.keys(activations), ...Object.keys(groupedActivations)]);
  const record = findActivation(name);
  const params = Object.keys(record.params).map((param) => [param, { kind: "number" }] as const);
  const options = record.options ?? { ...Object.fromEntries(params), ...(record.learning && learning) };
  return record(readOptions(name, options, given) as ActivationOptions);
}
