import type { Activation, ActivationLayer } from "../activations/activation.ts";
import { gelu } from "../activations/records/gelu.ts";
import { geluTanh } from "../activations/records/gelu_tanh.ts";
import { identity } from "../activations/records/identity.ts";
import { relu } from "../activations/records/relu.ts";
import { sigmoid } from "../activations/records/sigmoid.ts";
import { silu } from "../activations/records/silu.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import type { OptionTable } from "../core/options.ts";
import type { Node } from "../graph/graph.ts";
import * as ops from "../graph/ops/grouped.ts";
import * as soft from "../graph/ops/softmax.ts";
import { paramNodes } from "./activation.ts";
import { type Layer, type BiasOptions, unitsFor } from "./layer.ts";
import { linear } from "./linear.ts";

/**
 * A layer in two forms. Without sizes it works on the units of its input: `sequential(linear(784, 256), glu(), ...)`. With sizes
 * it has its own linear map with as many units as needed: `sequential(glu(784, 128), ...)` makes 256.
 */
export interface Sizable<O> {
  (options?: O): Layer;
  (inputs: number, outputs: number, options?: O & BiasOptions): Layer;
}

function sizable<O extends object>(
  make: (options: O) => Layer & Required<Pick<Layer, "recipe">>,
): Sizable<O> {
  return (first?: O | number, outputs?: number, options?: O & BiasOptions): Layer => {
    if (typeof first !== "number") return make(first ?? ({} as O));
    const { init, bias, ...own } = { ...options } as O & BiasOptions;
    const act = make(own as unknown as O);
    const weights = { ...(init && { init }), ...(bias !== undefined && { bias }) };
    const map = linear(first, unitsFor(act, outputs ?? NaN), weights);
    const [name] = act.recipe;
    return {
      kind: "linear",
      title: `${name}(${first}, ${outputs})`,
      recipe: [name, first, outputs, { ...own, ...(bias !== undefined && { bias }) }],
      inputs: first,
      outputs: outputs!,
      build: (context, x) => act.build(context, map.build({ ...context, next: act }, x)),
    };
  };
}

/** How a layer was made: `maxout(pieces=3)`, and the same as data. Options that were not given are left out. */
function madeBy(
  name: string,
  options: object,
  ...first: readonly ActivationLayer[]
): Required<Pick<Layer, "title" | "recipe">> {
  const given = Object.entries(options).filter(([, value]) => ["string", "number"].includes(typeof value));
  const said = [...first.map(({ title }) => title), ...given.map(([key, value]) => `${key}=${value}`)];
  return {
    title: said.length === 0 ? name : `${name}(${said.join(", ")})`,
    recipe: [name, ...first, ...(given.length === 0 ? [] : [Object.fromEntries(given)])],
  };
}

/** Options of `glu` and similar layers. */
export interface GateOptions {
  /** The half that goes through the activation. Default: the second, as in PyTorch; LLaMA takes the first. */
  readonly gate?: "first" | "second";
}

function gatedLayer(
  made: ReturnType<typeof madeBy>,
  act: ActivationLayer,
  options: GateOptions,
): ReturnType<typeof madeBy> & Layer {
  checkOptions(made.title, options, ["gate"]);
  const { gate = "second" } = options;
  checkWord("gate", gate, ["first", "second"]);
  return {
    kind: "activation",
    ...made,
    unitsPerFeature: 2,
    build(context, x) {
      const half = [...x.shape.slice(0, -1), Math.floor(x.shape.at(-1)! / 2)];
      return ops.glu(act.activation, x, { gate, params: paramNodes(context, act, half) });
    },
  };
}

const gluOf = (name: string, record: Activation): Sizable<GateOptions> =>
  sizable((options) => gatedLayer(madeBy(name, options), record(), options));

/**
 * Half of the units times any activation of the other half: `gated(elu)`, `gated(swish({ beta: 1.5, learn: true }))`. f32[R,
 * batch, 2n] to f32[R, batch, n]; for images, of the channels.
 * @throws ActigradError "option" for an unknown gate, or parameters out of range; the model throws "shape" for an odd number of
 * units
 */
export function gated(act: Activation | ActivationLayer, options: GateOptions = {}): Layer {
  const layer = typeof act === "function" ? act() : act;
  return gatedLayer(madeBy("gated", options, layer), layer, options);
}

/**
 * a sigmoid(b) of both halves a, b of the units: f32[R, batch, 2n] to f32[R, batch, n]. `glu(784, 128)` has its own linear map.
 * Dauphin et al. 2017. @throws ActigradError as `gated`
 */
export const glu = gluOf("glu", sigmoid);
/** a relu(b) of both halves, as `glu`. Shazeer 2020. */
export const reglu = gluOf("reglu", relu);
/** a gelu(b) of both halves, as `glu`. Shazeer 2020. */
export const geglu = gluOf("geglu", gelu);
/** a gelu_tanh(b) of both halves, as `glu`. Shazeer 2020. */
export const gegluTanh = gluOf("geglu_tanh", geluTanh);
/** a silu(b) of both halves, as `glu`. Shazeer 2020. */
export const swiglu = gluOf("swiglu", silu);
/** The product of both halves, as `glu`. Shazeer 2020. */
export const bilinear = gluOf("bilinear", identity);

/** Options of `maxout`. */
export type MaxoutOptions = Partial<Omit<ops.MaxoutOptions, "axis">>;

/**
 * The largest of each group of `pieces` units (default 2): f32[R, batch, pieces n] to f32[R, batch, n]. Goodfellow et al. 2013.
 * @throws ActigradError "option" for fewer than 2 pieces or unknown options; the model throws "shape" if the pieces do not divide
 * the units
 */
export const maxout = sizable<MaxoutOptions>((options) => {
  checkOptions("maxout", options, ["pieces", "grouping", "ties"]);
  const { pieces = 2, grouping = "adjacent", ties = "first" } = options;
  ops.checkPieces(pieces);
  checkWord("grouping", grouping, ["adjacent", "strided"]);
  checkWord("ties", ties, ["first", "even"]);
  return {
    kind: "activation",
    ...madeBy("maxout", options),
    unitsPerFeature: pieces,
    build: (_, x) => ops.maxout(x, { pieces, grouping, ties }),
  };
});

/** relu of the units, then relu of their negatives: f32[R, batch, n] to f32[R, batch, 2n]. Shang et al. 2016. */
export const crelu = sizable<object>((options) => {
  checkOptions("crelu", options, []);
  return {
    kind: "activation",
    ...madeBy("crelu", {}),
    unitsPerFeature: 1 / 2,
    activation: relu,
    build: (_, x) => ops.crelu(x),
  };
});

/** Options of `softmax`, `logSoftmax` and `softmin`. */
export interface SoftmaxOptions {
  /** 1 or -1: over the features of each sample (default). 0 or -2: over the batch. */
  readonly axis?: number;
}

const softLayer =
  (name: string, apply: (x: Node, axis: number) => Node) =>
  (options: SoftmaxOptions = {}): Layer => {
    checkOptions(name, options, ["axis"]);
    const { axis = -1 } = options;
    if (![0, 1, -1, -2].includes(axis)) {
      throw new ActigradError("shape", `${name}: axis ${axis} does not exist in [batch, features]`, {
        hint: "give 1 for the features, 0 for the batch",
      });
    }
    // Values are [replicas, batch, features]: replicas are not counted, and channels of images come last.
    const build = (_: unknown, x: Node): Node => {
      const counted = axis < 0 ? axis + x.shape.length - 1 : axis;
      return apply(x, counted === 1 ? -1 : Math.max(counted, 1));
    };
    return { kind: "activation", ...madeBy(name, options), build };
  };

/**
 * e^x over the sum of e^x along an axis: f32[R, batch, features], the same shape out. Bridle 1990.
 * @throws ActigradError "shape" for an axis other than batch and features
 */
export const softmax = softLayer("softmax", soft.softmax);
/** x - ln(sum of e^x) along an axis, stable for large x: f32[R, batch, features], the same shape out. @throws as `softmax` */
export const logSoftmax = softLayer("log_softmax", soft.logSoftmax);
/** e^-x over the sum of e^-x along an axis: f32[R, batch, features], the same shape out. @throws as `softmax` */
export const softmin = softLayer("softmin", soft.softmin);

function checkWord(option: string, word: string, words: readonly string[]): void {
  if (words.includes(word)) return;
  throw new ActigradError("option", `${option} must be ${words.join(" or ")}, got "${word}"`);
}

/** An activation over several units, by name: its options and its layer. */
export interface GroupedActivation {
  /** The formula for people, in Unicode. */
  readonly formula: string;
  /** The paper it comes from, or "". */
  readonly source: string;
  readonly options: OptionTable;
  /** Makes the layer. @throws ActigradError "option" for values out of range */
  layer(options: object): Layer;
}

const gate = { gate: { kind: "word", choices: ["first", "second"] } } as const;
const axis = { axis: { kind: "number", choices: [0, 1, -1, -2] } } as const;
const dauphin = "Dauphin, Fan, Auli, Grangier 2017: Language modeling with gated convolutional networks";
const shazeer = "Shazeer 2020: GLU variants improve Transformer";

const table = {
  softmax: {
    formula: "eˣ / Σ eˣ along an axis",
    source: "Bridle 1990: Probabilistic interpretation of feedforward classification network outputs",
    options: axis,
    layer: softmax,
  },
  log_softmax: { formula: "x − ln Σ eˣ along an axis", source: "", options: axis, layer: logSoftmax },
  softmin: { formula: "e⁻ˣ / Σ e⁻ˣ along an axis", source: "", options: axis, layer: softmin },
  glu: { formula: "a · σ(b)", source: dauphin, options: gate, layer: glu },
  reglu: { formula: "a · relu(b)", source: shazeer, options: gate, layer: reglu },
  geglu: { formula: "a · gelu(b)", source: shazeer, options: gate, layer: geglu },
  geglu_tanh: { formula: "a · gelu_tanh(b)", source: shazeer, options: gate, layer: gegluTanh },
  swiglu: { formula: "a · silu(b)", source: shazeer, options: gate, layer: swiglu },
  bilinear: { formula: "a · b", source: shazeer, options: gate, layer: bilinear },
  maxout: {
    formula: "the largest of k units",
    source: "Goodfellow, Warde-Farley, Mirza, Courville, Bengio 2013: Maxout networks",
    options: {
      pieces: { kind: "number", min: 2, whole: true },
      grouping: { kind: "word", choices: ["adjacent", "strided"] },
      ties: { kind: "word", choices: ["first", "even"] },
    },
    layer: maxout,
  },
  crelu: {
    formula: "max(x, 0) and max(−x, 0)",
    source: "Shang, Sohn, Almeida, Lee 2016: Understanding and improving convolutional neural networks",
    options: {},
    layer: crelu,
  },
} as const satisfies Record<string, GroupedActivation>;

/** Name of an activation over several units. */
export type GroupedActivationName = keyof typeof table;

/** Activations over several units, by name: for command lines and files. */
export const groupedActivations: Readonly<Record<GroupedActivationName, GroupedActivation>> = table;
