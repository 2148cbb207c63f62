/** Starting weights by name, for command lines, files and links. */
import { type NamedMaker, named, parseNamed } from "../core/options.ts";
import * as init from "./init.ts";
import type { WeightOptions } from "./layer.ts";

const gain = { gain: { kind: "number", or: ["activation"] } } as const;
const gainAndMode = { ...gain, mode: { kind: "word", choices: ["in", "out"] } } as const;
const number = { kind: "number" } as const;

const table = {
  fit: named({}, () => undefined),
  he: named(gainAndMode, ({ gain: g, mode }) => init.heNormal(g, mode)),
  he_uniform: named(gainAndMode, ({ gain: g, mode }) => init.heUniform(g, mode)),
  glorot: named(gain, ({ gain: g }) => init.glorotUniform(g)),
  glorot_normal: named(gain, ({ gain: g }) => init.glorotNormal(g)),
  lecun: named({}, () => init.lecunNormal()),
  lecun_uniform: named({}, () => init.lecunUniform()),
  truncated_normal: named({ std: number, limit: number }, init.truncatedNormal),
  orthogonal: named(gain, ({ gain: g }) => init.orthogonal(g)),
  /** Only the start: `unitVariance` then rescales it, using data. */
  lsuv: named({}, () => init.orthogonal()),
};

/** A name of starting weights. */
export type InitName = keyof typeof table;
const initializers: Readonly<Record<InitName, NamedMaker<object, init.Initializer | undefined>>> = table;
/** Names of starting weights: "fit" suits the activation that follows, "lsuv" also uses data. */
export const initNames = Object.keys(initializers) as readonly InitName[];

/**
 * Starting weights from text: `he`, `orthogonal:gain=1.4`, `he:gain=activation,mode=out`, `truncated_normal:std=0.02`.
 * @throws ActigradError "option" with the nearest name, or for a value out of range
 */
export function parseInit(text: string): { readonly name: InitName; readonly init?: init.Initializer } {
  const { name, options } = parseNamed("starting weights", text, initializers);
  const made = initializers[name].make(options);
  return { name, ...(made && { init: made }) };
}

/** A layer's `init` option for starting weights given as text. */
export function weightsOf(text = "fit"): WeightOptions {
  const { init: chosen } = parseInit(text);
  return chosen === undefined ? {} : { init: chosen };
}
