import { relu } from "../../activations/records/relu.ts";
import { checkNumber } from "../../core/check.ts";
import { ActigradError, checkOptions } from "../../core/errors.ts";
import type { Node } from "../../graph/graph.ts";
import { add } from "../../graph/ops/pointwise.ts";
import { toLayers } from "../chain.ts";
import { type LayerContext, defineLayer } from "../define-layer.ts";
import { dropout as dropoutLayer } from "../dropout.ts";
import { madeBy } from "../image.ts";
import { type Layer, type Part, unitsFor } from "../layer.ts";
import { checkCounts, linear } from "../linear.ts";
import { layerNorm, rmsNorm } from "../norm.ts";
import { type MultiheadOptions, checkHeads, inner, multiheadAttention } from "./attention.ts";
import { sequenceOf } from "./positions.ts";
import { project } from "./project.ts";

/** Options of `transformerBlock`. */
export interface TransformerOptions extends MultiheadOptions {
  /** Activation between the two products of the feed-forward part. Default relu. A gated one has two units per feature. */
  readonly activation?: Part;
  /**
   * Features between the two products; by default chosen so that the parameters are those of 4 times the features (see
   * `hiddenFeatures`).
   */
  readonly hidden?: number;
  /** Whether to normalise each part's input ("pre", the default) or the sum of its output and the shortcut ("post"). */
  readonly norm?: "pre" | "post";
  /** Default "layer". */
  readonly normType?: "layer" | "rms";
  /** For the norms; default 1e-5. */
  readonly eps?: number;
  /** Dropout probability after the attention, the activation and the feed-forward part. Default 0. */
  readonly dropout?: number;
}

const own = ["activation", "hidden", "norm", "normType", "eps", "dropout"] as const;
const optionNames = ["keyHeads", "causal", "rotary", "alibi", "bias", "init", ...own];

/**
 * Features between the two products that give the same number of parameters with any activation: 4 times the features; with two
 * units per feature two thirds of that, rounded up to a multiple of 8. Shazeer 2020.
 */
export function hiddenFeatures(features: number, { unitsPerFeature = 1 }: Layer): number {
  if (unitsPerFeature === 1) return 4 * features;
  return 8 * Math.ceil(features / (1 + unitsPerFeature));
}

/**
 * A transformer block: x + attention(norm x), then x + feedForward(norm x), or with post-norm as first published. f32[R, batch,
 * time, features] keeps its shape. Parameters as in PyTorch's TransformerEncoderLayer: self_attn.in_proj_weight, linear1.weight,
 * linear2.weight, norm1.weight, norm2.weight and biases; for a gated activation also linear_gate.weight. Vaswani et al. 2017.
 * @throws ActigradError "option" for unknown options, "shape" for heads that do not divide the features; the model throws "shape"
 * for anything but a sequence of that many features
 */
export function transformerBlock(features: number, heads: number, options: TransformerOptions = {}): Layer {
  checkOptions("transformerBlock", options, optionNames);
  const { norm = "pre", normType = "layer", eps = 1e-5, dropout = 0, bias = true } = options;
  const [activation] = toLayers([options.activation ?? relu]) as [Layer];
  const { activation: _, hidden = hiddenFeatures(features, activation), ...others } = options;
  checkCounts("transformerBlock", { features, heads, keyHeads: options.keyHeads ?? heads, hidden });
  checkHeads("transformerBlock", features, heads, options);
  checkNumber("transformerBlock: dropout", dropout, { from: 0, to: 1 });
  checkWord("norm", norm, ["pre", "post"]);
  checkWord("normType", normType, ["layer", "rms"]);
  const said = { ...others, ...(activation.unitsPerFeature === undefined ? {} : { hidden }) };
  const { title } = madeBy("transformerBlock", [features, heads, activation.title], said);
  const { recipe } = madeBy("transformerBlock", [features, heads], { ...others, hidden });
  const attentionOptions = Object.fromEntries(
    Object.entries(options).filter(([name]) => !own.includes(name as never)),
  );
  const attention = multiheadAttention(features, heads, attentionOptions);
  const normalise = normType === "rms" ? rmsNorm(features, { eps }) : layerNorm(features, { eps, bias });
  const drop = dropoutLayer(dropout);
  const forward = (context: LayerContext, x: Node): Node => {
    const first = firstProduct(context, x, activation, hidden, options);
    const active = inner(context, "activation", activation, first);
    const dropped = inner(context, "dropout", drop, active);
    return inner(context, "linear2", linear(hidden, features, { ...weightsOf(options), bias }), dropped);
  };
  const parts = [
    (context: LayerContext, x: Node): Node => inner(context, "self_attn", attention, x),
    forward,
  ] as const;
  return defineLayer({
    kind: "transformer",
    title,
    recipe: ["transformerBlock", features, heads, activation, recipe[3]],
    ...(activation.kernels && { kernels: activation.kernels }),
    sampleShape(sample) {
      sequenceOf(sample, features);
      return sample;
    },
    build: (context, x) =>
      parts.reduce((node, part, i) => {
        const normed = (y: Node): Node => inner(context, `norm${i + 1}`, normalise, y);
        const dropped = (y: Node): Node => inner(context, `dropout${i + 1}`, drop, y);
        return norm === "pre"
          ? add(node, dropped(part(context, normed(node))))
          : normed(add(node, dropped(part(context, node))));
      }, x),
  });
}

const weightsOf = ({ init }: TransformerOptions) => (init === undefined ? {} : { init });

/** For a gated activation, linear1 makes the first half of the units and linear_gate the second. */
function firstProduct(
  context: LayerContext,
  x: Node,
  activation: Layer,
  hidden: number,
  { bias = true, ...options }: TransformerOptions,
): Node {
  const units = unitsFor(activation, hidden);
  const gated = activation.unitsPerFeature === 2;
  const names = gated ? ["linear1", "linear_gate"] : ["linear1"];
  const parts = names.map((name) => ({
    weight: `${name}.weight`,
    bias: `${name}.bias`,
    outputs: units / names.length,
  }));
  return project({ ...context, next: activation }, x, "linear1", parts, { ...weightsOf(options), bias });
}

function checkWord(what: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  throw new ActigradError(
    "option",
    `transformerBlock: ${what} must be ${known.join(" or ")}, got "${given}"`,
  );
}
