import { checkCount } from "../core/check.ts";
import { ActigradError } from "../core/errors.ts";
import { formatType } from "../core/shape.ts";
import { matmul } from "../graph/ops/matmul.ts";
import { defineLayer } from "./define-layer.ts";
import { type Fan, type Initializer, gainOf, glorotUniform, heNormal, lecunNormal } from "./init.ts";
import type { BuildContext, Layer, ParameterView, WeightOptions } from "./layer.ts";

/** The initialisation that fits the activation after a layer; Glorot where none follows. */
function fittingInit(next: Layer | undefined): Initializer {
  const { activation: record } = next ?? {};
  if (record === undefined || record.init === "glorot") return glorotUniform();
  return record.init === "lecun" ? lecunNormal() : heNormal("activation");
}

/** The starting values of a layer's weights: those of its options, or what fits the layer that follows. */
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

/** @throws ActigradError "option" for a size that is no whole number of at least 1 */
export function checkCounts(layer: string, counts: Readonly<Record<string, number>>): void {
  for (const [what, n] of Object.entries(counts)) checkCount(`${layer}: ${what}`, n);
}

/** PyTorch's view of a tensor [in + 1, out]: weight [out, in] and bias [out], its last row. */
function views(inputs: number, outputs: number): ParameterView[] {
  const weight = (i: number): number => (i % inputs) * outputs + Math.floor(i / inputs);
  return [
    { name: "weight", shape: [outputs, inputs], index: weight },
    { name: "bias", shape: [outputs], index: (i) => inputs * outputs + i },
  ];
}

/**
 * x W + b: f32[R, batch, inputs] to f32[R, batch, outputs]. Weight and bias are one tensor [R, inputs + 1, outputs], the
 * bias being the weight of an input that is always 1: one product gives both gradients, one update replaces both. Read and
 * saved as PyTorch's weight [outputs, inputs] and bias [outputs].
 * @throws ActigradError "option" for sizes that are none; the model says "shape" for other features
 */
export function linear(inputs: number, outputs: number, options: WeightOptions = {}): Layer {
  checkCounts("linear", { inputs, outputs });
  return defineLayer({
    kind: "linear",
    title: `linear(${inputs}, ${outputs})`,
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
        shape: [inputs + 1, outputs],
        views: views(inputs, outputs),
        init(seed) {
          const values = new Float32Array((inputs + 1) * outputs); // the bias row stays 0
          values.set(start(seed));
          return values;
        },
      });
      return matmul(x, both, "ab", true);
    },
  });
}
