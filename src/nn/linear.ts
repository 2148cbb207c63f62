import { ActigradError } from "../core/errors.ts";
import { formatType } from "../core/shape.ts";
import type { Activation } from "../activations/activation.ts";
import { matmul } from "../ops/matmul.ts";
import { state } from "../ops/source.ts";
import { type Initializer, gainOf, glorotUniform, heNormal, lecunNormal } from "./init.ts";
import type { Layer, ParameterView, WeightOptions } from "./layer.ts";

/** The initialisation that fits the activation after a layer; Glorot where none follows. */
export function fittingInit(next: Activation | undefined): Initializer {
  if (next === undefined || next.init === "glorot") return glorotUniform();
  if (next.init === "lecun") return lecunNormal();
  return heNormal(gainOf(next));
}

/** @throws ActigradError "option" for a size that is no whole number of at least 1 */
export function checkCounts(layer: string, counts: Readonly<Record<string, number>>): void {
  for (const [what, n] of Object.entries(counts)) {
    if (Number.isSafeInteger(n) && n >= 1) continue;
    throw new ActigradError("option", `${layer}: ${what} must be a whole number of at least 1, got ${n}`);
  }
}

/** PyTorch's view of a tensor [in + 1, out]: weight [out, in] and bias [out], its last row. */
function views(name: string, inputs: number, outputs: number): ParameterView[] {
  const weight = (i: number): number => (i % inputs) * outputs + Math.floor(i / inputs);
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], index: weight },
    { name: `${name}.bias`, shape: [outputs], index: (i) => inputs * outputs + i },
  ];
}

/**
 * x W + b: f32[R, batch, inputs] to f32[R, batch, outputs]. Weight and bias are one tensor [R, inputs + 1, outputs], the
 * bias being the weight of an input that is always 1: one product gives both gradients, one update replaces both.
 */
export function linear(inputs: number, outputs: number, options: WeightOptions = {}): Layer {
  checkCounts("linear", { inputs, outputs });
  return {
    kind: "linear",
    title: `linear(${inputs}, ${outputs})`,
    inputs,
    outputs,
    build({ graph, replicas, name, next, parameters }, x) {
      if (x.shape.at(-1) !== inputs) {
        throw new ActigradError(
          "shape",
          `layer ${name}: linear(${inputs}, ${outputs}) got ${formatType(x)}`,
          {
            hint: `its input must have ${inputs} features`,
          },
        );
      }
      const node = state(graph, `${name}.linear`, [replicas, inputs + 1, outputs]);
      const init = options.init ?? fittingInit(next);
      parameters.push({
        node,
        views: views(name, inputs, outputs),
        init(seed) {
          const values = new Float32Array((inputs + 1) * outputs); // the bias row stays 0
          values.set(init(seed, `${name}.weight`, { in: inputs, out: outputs }, inputs * outputs));
          return values;
        },
      });
      return matmul(x, node, "ab", true);
    },
  };
}
