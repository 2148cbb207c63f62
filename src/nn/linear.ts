import { checkCount } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import { formatType } from "../core/shape.ts";
import { matmul } from "../graph/ops/matmul.ts";
import { defineLayer } from "./define-layer.ts";
import { type Fan, type Initializer, gainOf, glorotUniform, heNormal, lecunNormal } from "./init.ts";
import type { BiasOptions, BuildContext, Layer, ParameterView, WeightOptions } from "./layer.ts";

/** The initialisation that suits the activation after a layer; Glorot without one. */
function fittingInit(next: Layer | undefined): Initializer {
  const { activation: record } = next ?? {};
  if (record === undefined || record.init === "glorot") return glorotUniform();
  return record.init === "lecun" ? lecunNormal() : heNormal("activation");
}

/** Starting values of a layer's weights: from its options, or those that suit the next layer. */
export function startingWeights(
  { init }: WeightOptions,
  { next, name }: Pick<BuildContext, "next" | "name">,
  fan: Fan,
  count: number,
): (seed: number) => Float32Array {
  const chosen = init ?? fittingInit(next);
  const gain = next?.activation === undefined ? {} : { gain: gainOf(next.activation, next.params) };
  return (seed) => chosen(seed, `${name}.weight`, { ...fan, ...gain }, count);
}

/** @throws ActigradError "option" for a size that is not a whole number of at least 1 */
export function checkCounts(layer: string, counts: Readonly<Record<string, number>>): void {
  for (const [what, n] of Object.entries(counts)) checkCount(`${layer}: ${what}`, n);
}

/** PyTorch's view of a tensor [in + 1, out]: weight [out, in], and bias [out] (the last row, if there is one). */
function views(inputs: number, outputs: number, bias: boolean): ParameterView[] {
  const weight = (i: number): number => (i % inputs) * outputs + Math.floor(i / inputs);
  return [
    { name: "weight", shape: [outputs, inputs], index: weight },
    ...(bias ? [{ name: "bias", shape: [outputs], index: (i: number) => inputs * outputs + i }] : []),
  ];
}

/**
 * x W + b: f32[R, batch, inputs] to f32[R, batch, outputs]. Weight and bias are one tensor [R, inputs + 1, outputs], with the
 * bias as the weight of a constant input 1: one product gives both gradients, one update replaces both. Read and saved as
 * PyTorch's weight [outputs, inputs] and bias [outputs]. Without a bias there is no such row.
 * @throws ActigradError "option" for invalid sizes and unknown options; the model throws "shape" for other features
 */
export function linear(inputs: number, outputs: number, options: BiasOptions = {}): Layer {
  checkOptions("linear", options, ["init", "bias"]);
  checkCounts("linear", { inputs, outputs });
  const { bias = true } = options;
  const rows = bias ? inputs + 1 : inputs;
  return defineLayer({
    kind: "linear",
    title: `linear(${inputs}, ${outputs}${bias ? "" : ", bias=false"})`,
    recipe: ["linear", inputs, outputs, { bias }],
    inputs,
    outputs,
    build(context, x) {
      const { name } = context;
      if (x.shape.at(-1) !== inputs) {
        throw new ActigradError(
          "shape",
          `layer ${name}: linear(${inputs}, ${outputs}) got ${formatType(x)}`,
          {
            hint: `its input must have ${inputs} features`,
          },
        );
      }
      const start = startingWeights(options, context, { in: inputs, out: outputs }, inputs * outputs);
      const both = context.parameter("linear", {
        shape: [rows, outputs],
        views: views(inputs, outputs, bias),
        init(seed) {
          const values = new Float32Array(rows * outputs); // the bias row stays 0
          values.set(start(seed));
          return values;
        },
      });
      return matmul(x, both, "ab", bias);
    },
  });
}
