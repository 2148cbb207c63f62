import { ActigradError, checkOptions } from "../../core/errors.ts";
import type { Node } from "../../graph/graph.ts";
import { gather } from "../../graph/ops/gather.ts";
import { attend, headSize } from "../../graph/ops/attention.ts";
import { type RopeStyle, rope, ropeTable } from "../../graph/ops/rope.ts";
import { tensor } from "../../graph/ops/source.ts";
import { pick } from "../../graph/ops/view.ts";
import { type LayerContext, defineLayer } from "../define-layer.ts";
import { madeBy } from "../image.ts";
import type { CachedContext } from "./cache.ts";
import type { BiasOptions, BuildContext, Layer } from "../layer.ts";
import { checkCounts, linear } from "../linear.ts";
import { sequenceOf, timeOf } from "./positions.ts";
import { project } from "./project.ts";

/** Rotary positions of an attention's queries and keys. */
export interface RotaryOptions {
  /** Default 10,000. */
  readonly base?: number;
  /** Default "half", Llama's. */
  readonly style?: RopeStyle;
  /** Features of a head that are rotated; default all. */
  readonly dim?: number;
}

/** Options of `multiheadAttention`. */
export interface MultiheadOptions extends BiasOptions {
  /** Heads of keys and values, shared by neighbouring query heads; default as many as heads. Ainslie et al. 2023. */
  readonly keyHeads?: number;
  /** Each place attends only to itself and earlier places. Default false. */
  readonly causal?: boolean;
  /** Rotates queries and keys by their positions (see `rope`). Default false. */
  readonly rotary?: boolean | RotaryOptions;
  /** Subtracts the distance times a slope per head from each score (ALiBi; Press et al. 2022). Default false. */
  readonly alibi?: boolean;
}

const optionNames = ["keyHeads", "causal", "rotary", "alibi", "bias", "init"];

/**
 * Slopes of ALiBi: 2^(-8 h / heads), h = 1, 2, ...; if heads are not a power of two, slopes of the next power are put in between.
 */
export function alibiSlopes(heads: number): number[] {
  const power = 2 ** Math.floor(Math.log2(heads));
  const slopes = (n: number): number[] => Array.from({ length: n }, (_, h) => 2 ** ((-8 * (h + 1)) / n));
  if (power === heads) return slopes(heads);
  const between = slopes(2 * power).filter((_, h) => h % 2 === 0);
  return [...slopes(power), ...between.slice(0, heads - power)];
}

/**
 * Self-attention with several heads: f32[R, batch, time, features] to the same shape, with PyTorch's packed weight of queries,
 * keys and values. Parameters: in_proj_weight [features + 2 keyHeads * features / heads, features], in_proj_bias,
 * out_proj.weight, out_proj.bias. Vaswani et al. 2017.
 * @throws ActigradError "option" for unknown options, "shape" for heads that do not divide the features; the model throws "shape"
 * for anything but a sequence of that many features
 */
export function multiheadAttention(features: number, heads: number, options: MultiheadOptions = {}): Layer {
  checkOptions("multiheadAttention", options, optionNames);
  checkCounts("multiheadAttention", { features, heads, keyHeads: options.keyHeads ?? heads });
  checkHeads("multiheadAttention", features, heads, options);
  const made = madeBy("multiheadAttention", [features, heads], options);
  return defineLayer({
    kind: "attention",
    ...made,
    sampleShape(sample) {
      sequenceOf(sample, features);
      return sample;
    },
    build: (context, x) => attendTo(context, x, { ...options, heads }),
  });
}

/** Features per head. @throws ActigradError "shape" for heads that do not divide the features, or each other */
export function checkHeads(
  layer: string,
  features: number,
  heads: number,
  { keyHeads = heads, rotary }: MultiheadOptions,
): number {
  const dim = headSize(layer, features, heads);
  if (heads % keyHeads !== 0)
    throw new ActigradError("shape", `${layer}: ${keyHeads} heads of keys do not divide ${heads} heads`);
  const turned = typeof rotary === "object" ? (rotary.dim ?? dim) : dim;
  if (rotary !== undefined && rotary !== false && (turned % 2 !== 0 || turned > dim))
    throw new ActigradError(
      "shape",
      `${layer}: cannot rotate ${turned} of a head's ${dim} features in pairs`,
    );
  return dim;
}

/** Queries, and what they attend to. */
export interface MultiheadSite extends MultiheadOptions {
  readonly heads: number;
  /** The sequence that keys and values are computed from; default the queries'. f32[R, batch, time, features]. */
  readonly memory?: Node;
  /** Added to the scores (see the op `attention`). */
  readonly mask?: Node;
}

/**
 * The nodes of `multiheadAttention`, for custom layers with a mask or with keys and values of another sequence; in the latter
 * case the weights are q_proj_weight, k_proj_weight and v_proj_weight.
 * @throws ActigradError "shape" for anything but a sequence
 */
export function attendTo(context: LayerContext & CachedContext, x: Node, site: MultiheadSite): Node {
  const {
    heads,
    keyHeads = heads,
    memory,
    mask,
    causal = false,
    rotary = false,
    alibi = false,
    ...weights
  } = site;
  const { graph, name } = context;
  timeOf(x, `layer ${name}`);
  const features = x.shape.at(-1)!;
  const dim = checkHeads(`layer ${name}`, features, heads, site);
  const sizes = { heads, keyHeads, dim, valueDim: dim };
  const [own, of] = [heads * dim, keyHeads * dim];
  const slopes = alibi ? tensor(graph, `slopes ${heads}`, [1, 1, heads], alibiSlopes(heads)) : undefined;
  const options = { ...sizes, ...(mask && { mask }), ...(slopes && { slopes }) };
  const plain = { ...context, next: undefined };
  const projected = (from: Node, what: string, parts: readonly (readonly [string, number])[]): Node => {
    const named = parts.map(([part, outputs]) => ({
      weight: `${part}_weight`,
      bias: `${part}_bias`,
      outputs,
    }));
    return project(plain, from, what, named, weights);
  };
  let attended: Node;
  if (memory !== undefined) {
    const q = projected(x, "q_proj", [["q_proj", own]]);
    const kv = projected(memory, "kv_proj", [
      ["k_proj", of],
      ["v_proj", of],
    ]);
    attended = attend([q, kv, kv], { ...options, at: { q: 0, k: 0, v: of }, causal });
  } else {
    const packed = projected(x, "in_proj", [["in_proj", own + 2 * of]]);
    attended = attendPacked(context, packed, { ...options, causal, rotary });
  }
  return inner(context, "out_proj", linear(own, features, weights), attended);
}

type Packed = Parameters<typeof attend>[1] & Pick<MultiheadOptions, "rotary">;

/** Attention of queries, keys and values stored side by side; with a cache, of these queries to all keys and values so far. */
function attendPacked(
  { graph, name, cache }: CachedContext,
  packed: Node,
  { rotary = false, ...options }: Omit<Packed, "at">,
): Node {
  const { heads, keyHeads, dim } = options;
  const [own, of] = [heads * dim, keyHeads * dim];
  let turned = packed;
  if (rotary !== false) {
    const { base = 10_000, style = "half", dim: count = dim } = rotary === true ? {} : rotary;
    const positions = Array.from({ length: cache?.context ?? packed.shape[2]! }, (_, t) => t);
    const table = ropeTable(graph, positions, { rotary: count, base });
    const turns = cache === undefined ? table : gather(table, cache.position);
    turned = rope(packed, turns, { heads: heads + keyHeads, dim, style });
  }
  if (cache === undefined)
    return attend([turned, turned, turned], { ...options, at: { q: 0, k: own, v: own + of } });
  const kept = cache.extend(name, pick(turned, { axis: 3, start: own, step: 1, size: 2 * of }));
  const { causal: _, slopes, ...others } = options;
  const mask = slopes === undefined ? cache.mask : cache.sloped(alibiSlopes(heads));
  return attend([turned, kept, kept], { ...others, at: { q: 0, k: 0, v: of }, mask });
}

/**
 * Builds a layer inside a layer, under its own name; its starting values assume no activation after it unless `next` is given.
 */
export const inner = (context: BuildContext, name: string, layer: Layer, x: Node, next?: Layer): Node =>
  layer.build({ ...context, name: `${context.name}.${name}`, next }, x);
