/** Cases of the losses. */
import { ActigradError } from "../core/errors.ts";
import type { Node } from "../graph/graph.ts";
import { crossEntropy, mse } from "../nn/loss.ts";
import { mean } from "../ops/mean.ts";
import { mul, sub } from "../ops/pointwise.ts";
import { sum } from "../ops/reduce.ts";
import { CaseGraph } from "./case-graph.ts";
import type { OracleCase } from "./oracle.ts";
import { type Problem, type Runner, Unsupported, oneRun } from "./problem.ts";
import type { Tolerances } from "./tolerance.ts";

/** (x - target)^2 of each element, their sum, or their mean as training takes it. */
export const meanSquaredError: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const { shape } = build.input("x");
  const columns = shape.at(-1) ?? 1;
  const flat = [1, build.input("x").data.length / columns, columns] as const;
  const [x, target] = [build.data("x", flat), build.data("target", flat)];
  const loss = reduced(oracleCase, {
    none: () => mul(sub(x, target), sub(x, target)),
    sum: () => sum(mul(sub(x, target), sub(x, target)), [1, 2]),
    mean: () => mean(mse().perRow(x, target), [1]),
  });
  return scalarLoss(oracleCase, tolerances, build, x, loss);
};

/** Cross entropy of logits [batch, classes] against class numbers. */
export const classCrossEntropy: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const { shape } = build.input("x");
  const target = build.input("target");
  if (shape.length !== 2) throw new Unsupported(`cross_entropy: logits of ${shape.length} axes`);
  if (oracleCase.has("in", "weight")) throw new Unsupported("cross_entropy: class weights");
  if ((oracleCase.get("params", "labelSmoothing") ?? 0) !== 0)
    throw new Unsupported("cross_entropy: label smoothing");
  if (target.dtype !== "i32") throw new Unsupported("cross_entropy: targets that are no class numbers");
  const ignored = oracleCase.get("params", "ignoreIndex");
  if (target.data.some((label) => label === ignored))
    throw new Unsupported("cross_entropy: an ignored class");
  const wrong = target.data.find((label) => !(label >= 0 && label < shape[1]!));
  if (wrong !== undefined)
    throw new ActigradError("format", `${oracleCase.where}: class ${wrong} of ${shape[1]} classes`);
  const logits = build.data("x", [1, ...shape]);
  const rows = crossEntropy().perRow(logits, build.labels("target"));
  const loss = reduced(oracleCase, {
    none: () => rows,
    sum: () => sum(rows, [1]),
    mean: () => mean(rows, [1]),
  });
  return scalarLoss(oracleCase, tolerances, build, logits, loss);
};

/** What the case's reduction makes of a loss. */
function reduced(oracleCase: OracleCase, reductions: Readonly<Record<string, () => Node>>): Node {
  const reduction = oracleCase.text("params", "reduction");
  if (Object.hasOwn(reductions, reduction)) return reductions[reduction]!();
  throw new Unsupported(`${oracleCase.text("op")}: reduction "${reduction}"`);
}

const scalarLoss = (
  oracleCase: OracleCase,
  tolerances: Tolerances,
  build: CaseGraph,
  x: Node,
  loss: Node,
): Problem =>
  oneRun(oracleCase, tolerances, build, "losses", {
    y: { node: () => loss },
    dx: { node: () => build.gradient(loss, x) },
  });
