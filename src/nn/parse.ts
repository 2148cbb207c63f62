import { type Activation, activations, findActivation } from "../activations/index.ts";
import { unknownName } from "../core/errors.ts";
import { formula } from "../activations/formula/index.ts";
import { activate } from "./activate.ts";
import { groupedActivations } from "./grouped.ts";
import type { Layer } from "./layer.ts";

const flags = ["learn", "fixed", "perChannel"];

/**
 * An activation layer from text: a name, then options. `learn` trains every parameter that can be, `fixed` none,
 * `perChannel` gives each feature its own: `relu`, `leaky_relu:negativeSlope=0.2`, `swish:beta=1.5,learn`,
 * `maxout:pieces=3`, `swiglu:gate=first`. What is more than a name is a formula: `x * sigmoid(beta * x); beta = 1 learned`.
 * @throws ActigradError "option" with the nearest name, "formula" with the column
 */
export function parseActivation(text: string): Layer {
  const named = /^\s*\w+\s*(:|$)/.test(text) && text.trim() !== "x";
  if (!named && text.trim() !== "") return { ...activate(formula(text)), title: text.trim() };
  const [head = "", ...rest] = text.split(":");
  const name = head.trim();
  const given = new Map<string, string | undefined>();
  for (const part of rest.join(":").split(",")) {
    const [key = "", ...value] = part.split("=").map((word) => word.trim());
    if (key !== "") given.set(key, value.length === 0 ? undefined : value.join("="));
  }
  return Object.hasOwn(groupedActivations, name)
    ? grouped(name as keyof typeof groupedActivations, given)
    : elementwise(name, given);
}

type Given = ReadonlyMap<string, string | undefined>;

/** NaN for what is no number, which whoever takes it refuses. */
const toNumber = (text: string | undefined): number =>
  text === undefined || text === "" ? NaN : Number(text);

function grouped(name: keyof typeof groupedActivations, given: Given): Layer {
  const { options, layer } = groupedActivations[name] as {
    options: Readonly<Record<string, "number" | "word">>;
    layer(options: object): Layer;
  };
  const values: Record<string, string | number> = {};
  for (const [key, value] of given) {
    if (!Object.hasOwn(options, key)) throw unknownName(`option of ${name}`, key, Object.keys(options));
    values[key] = options[key] === "number" ? toNumber(value) : (value ?? "");
  }
  return layer(values);
}

function elementwise(name: string, given: Given): Layer {
  const records: readonly Activation[] = Object.values(activations);
  if (!records.some((record) => record.name === name || record.aliases.includes(name)))
    throw unknownName("activation", name, [...Object.keys(activations), ...Object.keys(groupedActivations)]);
  const isFlag = ([key, value]: [string, string | undefined]): boolean =>
    value === undefined && flags.includes(key);
  const set = new Set([...given].filter(isFlag).map(([key]) => key));
  const params = [...given]
    .filter((entry) => !isFlag(entry))
    .map(([key, value]) => [key, toNumber(value)] as const);
  return activate(findActivation(name), Object.fromEntries(params), {
    ...(set.has("learn") || set.has("fixed") ? { learn: set.has("learn") } : {}),
    perChannel: set.has("perChannel"),
  });
}
