/** Starting weights by name, for command lines, files and links. */
import { type NamedMaker, parseChoice } from "../core/choice.ts";
import * as init from "./init.ts";
import type { WeightOptions } from "./layer.ts";

type Scaled = { readonly gain?: init.Gain; readonly mode?: init.FanMode };
const gain = { gain: "gain" } as const;
const gainAndMode = { ...gain, mode: "word" } as const;

const table = {
  fit: { options: {}, make: () => undefined },
  he: { options: gainAndMode, make: ({ gain: g, mode }: Scaled) => init.heNormal(g, mode) },
  he_uniform: { options: gainAndMode, make: ({ gain: g, mode }: Scaled) => init.heUniform(g, mode) },
  glorot: { options: gain, make: ({ gain: g }: Scaled) => init.glorotUniform(g) },
  glorot_normal: { options: gain, make: ({ gain: g }: Scaled) => init.glorotNormal(g) },
  lecun: { options: {}, make: () => init.lecunNormal() },
  lecun_uniform: { options: {}, make: () => init.lecunUniform() },
  truncated_normal: {
    options: { std: "number", limit: "number" },
    make: (options: init.TruncatedNormalOptions) => init.truncatedNormal(options),
  },
  orthogonal: { options: gain, make: ({ gain: g }: Scaled) => init.orthogonal(g) },
  /** Where `unitVariance` starts from. */
  lsuv: { options: {}, make: () => init.orthogonal() },
} satisfies Record<string, NamedMaker<object, init.Initializer | undefined>>;

/** A name of starting weights. */
export type InitName = keyof typeof table;
const initializers: Readonly<Record<InitName, NamedMaker<object, init.Initializer | undefined>>> = table;
/** Names of starting weights; "fit" is what fits the activation that follows, "lsuv" also looks at data. */
export const initNames = Object.keys(initializers) as readonly InitName[];

/**
 * Starting weights from text: `he`, `orthogonal:gain=1.4`, `he:gain=activation,mode=out`, `truncated_normal:std=0.02`.
 * @throws ActigradError "option" with the nearest name, or for a value out of range
 */
export function parseInit(text: string): { readonly name: InitName; readonly init?: init.Initializer } {
  const { name, options } = parseChoice("starting weights", text, initializers);
  const made = initializers[name].make(options);
  return { name, ...(made && { init: made }) };
}

/** Options of layers with weights for starting weights from text. */
export function weightsOf(text = "fit"): WeightOptions {
  const { init: chosen } = parseInit(text);
  return chosen === undefined ? {} : { init: chosen };
}
