/** The engine's metrics, each a separate record, so that a page carries only those it uses. */
import { checkCount } from "../core/check.ts";
import { classMask } from "../graph/ops/classes.ts";
import { predicted } from "../graph/ops/crossEntropy.ts";
import { matmul } from "../graph/ops/matmul.ts";
import { abs, atLeast, greater, mul, sub, where } from "../graph/ops/pointwise.ts";
import { expand, sum } from "../graph/ops/reduce.ts";
import type { Node } from "../graph/graph.ts";
import { total } from "../nn/loss.ts";
import type { Metric } from "./metric.ts";

/**
 * The share of rows whose label is among the k largest outputs.
 * @throws ActigradError "option" unless k is a whole number of at least 1
 */
export function topK(k: number): Metric<number> {
  checkCount("topK", k);
  return {
    name: `topK(${k})`,
    targets: "classes",
    sums: ({ output, target, counted }) => ({
      near: total(mul(greater(k, rankOfLabel(output, target)), counted)),
    }),
    value: ({ near }, rows) => near![0]! / rows,
  };
}

/** How often each class was predicted for each label: rows, [label][prediction]. */
export const confusion = (): Metric<readonly (readonly number[])[]> => ({
  name: "confusion",
  targets: "classes",
  sums({ output, target, counted }) {
    const classes = output.shape[2]!;
    const own = mul(classMask(target, classes), counted);
    return { counts: matmul(own, classMask(predicted(output, target), classes), "atb") };
  },
  value({ counts }) {
    const classes = Math.sqrt(counts!.length);
    return Array.from({ length: classes }, (_, c) => counts!.slice(c * classes, (c + 1) * classes));
  },
});

/** An error of each value as a sum over rows and values: f32[R, 1, 1] */
const summed = (name: string, of: (difference: Node) => Node): Metric<number> => ({
  name,
  targets: "values",
  sums: ({ output, target }) => ({ error: total(of(sub(output, expand(target, output.shape)))) }),
  value: ({ error }, rows, dataset) => error![0]! / (rows * (dataset.kind === "values" ? dataset.width : 1)),
});

/** The mean squared error of all values, in the square of their units. */
export const meanSquaredError = (): Metric<number> => summed("meanSquaredError", (d) => mul(d, d));

/** The mean absolute error of all values, in their units. */
export const meanAbsoluteError = (): Metric<number> => summed("meanAbsoluteError", abs);

/**
 * The coefficient of determination R^2: 1 - (squared errors) / (squared distances of the targets from their mean), for each
 * output, averaged evenly over the outputs. 1 is perfect, 0 as good as the mean. For an output whose targets are all equal it is
 * -Infinity, or NaN without an error.
 */
export const r2 = (): Metric<number> => ({
  name: "r2",
  targets: "values",
  sums({ output, target }) {
    const difference = sub(output, expand(target, output.shape));
    return { error: sum(mul(difference, difference), [1]) };
  },
  value({ error }, rows, dataset) {
    if (dataset.kind !== "values") return NaN;
    const { targets, width } = dataset;
    const of = (column: number): number => {
      const own = Array.from({ length: rows }, (_, row) => targets[row * width + column]!);
      const mean = own.reduce((total, v) => total + v, 0) / rows;
      return 1 - error![column]! / own.reduce((total, v) => total + (v - mean) ** 2, 0);
    };
    return error!.reduce((total, _, column) => total + of(column), 0) / width;
  },
});

/**
 * How many classes rank before the label's: those with larger logits, or equal logits and smaller class numbers. f32 [R, batch,
 * 1]
 */
function rankOfLabel(logits: Node, labels: Node): Node {
  const classes = logits.shape[2]!;
  const own = classMask(labels, classes);
  const value = sum(where(own, logits, 0), [2]);
  // Compared the other way round, so that NaN ranks before everything.
  const smaller = classMask(labels, classes, { which: "below" });
  const behind = where(smaller, greater(value, logits), atLeast(value, logits));
  return sum(where(own, 0, sub(1, behind)), [2]);
}
