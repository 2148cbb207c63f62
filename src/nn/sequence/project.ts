import { matmul } from "../../graph/ops/matmul.ts";
import type { Node } from "../../graph/graph.ts";
import type { LayerContext } from "../define-layer.ts";
import type { BiasOptions, ParameterView } from "../layer.ts";
import { startingWeights } from "../linear.ts";

/** Some outputs of a product, with PyTorch's names for their weight and bias. */
export interface ProjectionPart {
  readonly weight: string;
  readonly bias: string;
  readonly outputs: number;
}

/**
 * x W + b with named groups of outputs: one product and one tensor [R, inputs + 1, outputs] as in `linear`, seen as a weight
 * [outputs, inputs] and a bias per group.
 */
export function project(
  context: LayerContext,
  x: Node,
  name: string,
  parts: readonly ProjectionPart[],
  options: BiasOptions,
): Node {
  const inputs = x.shape.at(-1)!;
  const { bias = true } = options;
  const width = parts.reduce((sum, { outputs }) => sum + outputs, 0);
  const views: ParameterView[] = [];
  let start = 0;
  for (const part of parts) {
    const [first, { outputs }] = [start, part];
    const index = (i: number): number => (i % inputs) * width + first + Math.floor(i / inputs);
    views.push({ name: part.weight, shape: [outputs, inputs], index });
    if (bias) views.push({ name: part.bias, shape: [outputs], index: (i) => inputs * width + first + i });
    start += outputs;
  }
  const rows = bias ? inputs + 1 : inputs;
  // Each group starts as a layer of its own would.
  const starts = parts.map((part) =>
    startingWeights(
      options,
      { next: context.next, name: `${context.name}.${part.weight}` },
      { in: inputs, out: part.outputs },
      inputs * part.outputs,
    ),
  );
  const both = context.parameter(name, {
    shape: [rows, width],
    views,
    init(seed) {
      const values = new Float32Array(rows * width); // the bias row stays 0
      let at = 0;
      for (const [i, { outputs }] of parts.entries()) {
        const own = starts[i]!(seed);
        for (let r = 0; r < inputs; r++)
          values.set(own.subarray(r * outputs, (r + 1) * outputs), r * width + at);
        at += outputs;
      }
      return values;
    },
  });
  return matmul(x, both, "ab", bias);
}
