import { ActigradError, checkOptions } from "../core/errors.ts";
import { normal, streamOf } from "../core/random.ts";
import { formatType } from "../core/shape.ts";
import { spline } from "../graph/ops/spline.ts";
import { checkGrid, splineCount } from "../graph/ops/splineBasis.ts";
import { defineLayer } from "./define-layer.ts";
import { madeBy } from "./image.ts";
import { glorotUniform } from "./init.ts";
import type { Layer, WeightOptions } from "./layer.ts";
import { checkCounts } from "./linear.ts";

/** Options of `kan`. */
export interface KanOptions extends WeightOptions {
  /** Number of pieces of the range. Default 5. */
  readonly grid?: number;
  /** Degree of the splines, 1 to 5. Default 3: cubic. */
  readonly order?: number;
  /** The range of the splines. They are 0 from `order` pieces outside of it; silu continues alone. Default [-1, 1]. */
  readonly range?: readonly [min: number, max: number];
}

/**
 * A layer of a Kolmogorov-Arnold network. Each edge is a learned function of one number, w silu(x) + the sum of c_k B_k(x) over
 * B-splines; a unit sums its edges: f32[R, batch, inputs] to f32[R, batch, outputs]. Liu et al. 2024, arXiv 2404.19756. Read and
 * saved as `base_weight` [outputs, inputs] and `spline_weight` [outputs, inputs, grid + order]. Splines start near 0, base
 * weights as `init` says (default: Glorot).
 * @throws ActigradError "option" for invalid sizes; the model throws "shape" for other features
 */
export function kan(inputs: number, outputs: number, options: KanOptions = {}): Layer {
  checkOptions("kan", options, ["grid", "order", "range", "init"]);
  checkCounts("kan", { inputs, outputs });
  const { grid = 5, order = 3, range = [-1, 1], init = glorotUniform() } = options;
  if (!Array.isArray(range) || range.length !== 2)
    throw new ActigradError("option", `kan: range must be two numbers, got ${JSON.stringify(range)}`);
  const attrs = { grid, order, min: range[0], max: range[1] };
  checkGrid("kan", attrs);
  const count = splineCount(attrs);
  const each = count + 1;
  return defineLayer({
    kind: "kan",
    ...madeBy("kan", [inputs, outputs], { grid, order, range: options.range }),
    inputs,
    outputs,
    build({ name, parameter }, x) {
      if (x.shape.at(-1) !== inputs)
        throw new ActigradError("shape", `layer ${name}: kan(${inputs}, ${outputs}) got ${formatType(x)}`, {
          hint: `its input must have ${inputs} features`,
        });
      const base = (i: number): number => ((i % inputs) * each + count) * outputs + Math.floor(i / inputs);
      const splines = (i: number): number => {
        const edge = Math.floor(i / count);
        return ((edge % inputs) * each + (i % count)) * outputs + Math.floor(edge / inputs);
      };
      const weight = parameter("kan", {
        shape: [inputs * each, outputs],
        views: [
          { name: "base_weight", shape: [outputs, inputs], index: base },
          { name: "spline_weight", shape: [outputs, inputs, count], index: splines },
        ],
        init(seed) {
          const values = new Float32Array(inputs * each * outputs);
          const bases = init(seed, `${name}.base_weight`, { in: inputs, out: outputs }, inputs * outputs);
          // The functions start as small perturbations of silu.
          const small = normal(seed, streamOf(`${name}.spline_weight`), inputs * outputs * count);
          for (const [i, value] of bases.entries()) values[base(i)] = value;
          for (const [i, value] of small.entries()) values[splines(i)] = (0.1 * value) / Math.sqrt(inputs);
          return values;
        },
      });
      return spline(x, weight, attrs);
    },
  });
}
