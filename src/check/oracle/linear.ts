/** Cases of the linear layer: y = x wᵀ + b. */
import { ActigradError } from "../../core/errors.ts";
import { elements } from "../../core/shape.ts";
import { matmul } from "../../graph/ops/matmul.ts";
import { CaseGraph, floats } from "./case-graph.ts";
import { type Output, type Runner, type Values, oneRun } from "./problem.ts";

/**
 * Weight and bias share one tensor [in + 1, out], as in a linear layer (src/nn/linear.ts). Without a bias, the weight stays
 * [out, in] and the product reads it transposed.
 */
export const linear: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const [x, w] = [build.input("x"), build.input("w")];
  const [outputs = 0, inputs = 0] = w.shape;
  if (w.shape.length !== 2 || x.shape.at(-1) !== inputs) {
    const shapes = [x, w].map(({ shape }) => `[${shape.join(",")}]`);
    throw new ActigradError("format", `${oracleCase.where}: x ${shapes[0]} does not fit w ${shapes[1]}`);
  }
  const rows = build.data("x", [1, elements(x.shape) / inputs, inputs]);
  const biased = oracleCase.has("in", "b");
  const weight = biased
    ? build.state("w", [1, inputs + 1, outputs], withBias(floats(w), floats(build.input("b")), inputs))
    : build.state("w", [1, outputs, inputs], floats(w));
  const y = biased ? matmul(rows, weight, "ab", true) : matmul(rows, weight, "abt");
  const dw = (values: Values): Values => (biased ? transposed(values, inputs, outputs) : values);
  const known: Record<string, Output> = {
    y: { node: () => y },
    dx: { node: () => build.gradient(y, rows) },
    dw: { node: () => build.gradient(y, weight), finish: dw },
    ...(biased && {
      db: {
        node: () => build.gradient(y, weight),
        finish: (values: Values) => Array.from(values).slice(inputs * outputs),
      },
    }),
  };
  return oneRun(oracleCase, tolerances, build, "layers", known);
};

/** Joins w [out, in] and b [out] into one tensor [in + 1, out]. */
function withBias(w: Float32Array, b: Float32Array, inputs: number): Float32Array {
  const outputs = w.length / inputs;
  const all = new Float32Array((inputs + 1) * outputs);
  all.set(transposed(w, outputs, inputs));
  all.set(b.subarray(0, outputs), inputs * outputs);
  return all;
}

/** Transposes the [rows, columns] matrix at the start of `values`. */
function transposed(values: Values, rows: number, columns: number): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]!;
  }
  return out;
}
