/** Cases of the losses. */
import { ActigradError } from "../../core/errors.ts";
import { elements } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import { type Loss, type Reduction, lossOf } from "../../nn/loss.ts";
import { everyPlace } from "../../nn/sequence/every-place.ts";
import * as losses from "../../nn/losses/index.ts";
import { CaseGraph } from "./case-graph.ts";
import type { OracleCase } from "./oracle.ts";
import { type Problem, type Runner, Unsupported, oneRun } from "./problem.ts";
import { advisoryOf } from "./sequence.ts";
import type { Tolerances } from "./tolerance.ts";

type Options = Readonly<Record<string, number | boolean | readonly number[] | Reduction>>;

/** The losses by the oracle's names, with their options. */
const makers: Readonly<Record<string, { options: readonly string[]; make(options: Options): Loss }>> = {
  mse: { options: [], make: losses.mse },
  l1: { options: [], make: losses.l1 },
  smooth_l1: { options: ["beta"], make: losses.smoothL1 },
  huber: { options: ["delta"], make: losses.huber },
  bce: { options: [], make: losses.bce },
  bce_with_logits: { options: [], make: losses.bceWithLogits },
  hinge: { options: [], make: losses.hinge },
  squared_hinge: { options: [], make: losses.squaredHinge },
  hinge_embedding: { options: ["margin"], make: losses.hingeEmbedding },
  kl_div: { options: ["logTarget"], make: losses.klDiv },
  cross_entropy: { options: ["labelSmoothing", "ignoreIndex"], make: losses.crossEntropy },
  cross_entropy_soft: { options: ["labelSmoothing"], make: losses.softCrossEntropy },
  nll: { options: ["ignoreIndex"], make: losses.nll },
  multi_margin: { options: ["p", "margin"], make: losses.multiMargin },
};

/** Parameters that only describe what inputs and shapes show. */
const told = ["reduction", "weighted", "weight", "posWeight", "classAxis"];

/** A loss with its reduction, and its gradient. */
const lossCase: Runner = (oracleCase, tolerances) => {
  const build = new CaseGraph(oracleCase);
  const loss = chooseLoss(oracleCase);
  const axis = oracleCase.get("params", "classAxis") ?? 1;
  if (axis === -1) return placeLosses(oracleCase, tolerances, build, loss);
  if (axis !== 1) throw new Unsupported(`${loss.name}: classes along axis ${String(axis)}`);
  const { shape } = build.input("x");
  // Rows and columns. Any axes after the classes (axis 1) are joined into one.
  const [rows, columns] = shape.length < 2 ? [1, shape[0] ?? 1] : (shape as [number, number]);
  const behind = elements(shape.slice(2));
  const seen = [1, rows, columns, ...(behind === 1 ? [] : [behind])];
  const x = build.data("x", seen);
  let target: Node;
  if (loss.targets === "values") target = build.data("target", seen);
  else {
    target = build.labels("target", [1, rows, 1, ...(behind === 1 ? [] : [behind])]);
    checkClasses(oracleCase, columns, loss.ignoreIndex);
  }
  const y = lossOf(loss, x, target);
  return oneRun(oracleCase, tolerances, build, "losses", {
    y: { node: () => y },
    dx: { node: () => build.gradient(y, x) },
  });
};

/** A loss at every position of a sequence: x [B, T, C], target [B, T]. */
function placeLosses(oracleCase: OracleCase, tolerances: Tolerances, build: CaseGraph, loss: Loss): Problem {
  const [batch, time, classes] = build.input("x").shape as [number, number, number];
  checkClasses(oracleCase, classes, loss.ignoreIndex);
  const x = build.data("x", [1, batch, time, classes]);
  const plain = oracleCase.number("params", "labelSmoothing") === 0 && !oracleCase.has("in", "weight");
  const y = lossOf(plain ? loss : everyPlace(loss), x, build.labels("target", [1, batch * time, 1]));
  return oneRun(oracleCase, tolerances, build, "sequence", {
    y: { node: () => y, ...advisoryOf(oracleCase) },
    dx: { node: () => build.gradient(y, x), ...advisoryOf(oracleCase) },
  });
}

export const lossRunners: Readonly<Record<string, Runner>> = Object.fromEntries(
  Object.keys(makers).map((name) => [name, lossCase]),
);

function chooseLoss(oracleCase: OracleCase): Loss {
  const op = oracleCase.text("op");
  const { options, make } = makers[op]!;
  const chosen: Record<string, number | boolean | readonly number[]> = {};
  for (const [name, value] of oracleCase.group("params")) {
    if (told.includes(name)) continue;
    if (!options.includes(name) || (typeof value !== "number" && typeof value !== "boolean"))
      throw new Unsupported(`${op} with ${name}`);
    // If no target is ignored, test the loss without `ignoreIndex`, as training usually runs it.
    if (name === "ignoreIndex" && !oracleCase.tensor("in", "target").data.includes(value as number)) continue;
    chosen[name] = value;
  }
  for (const name of ["weight", "posWeight"]) {
    if (oracleCase.has("in", name)) chosen[name] = Array.from(oracleCase.tensor("in", name).data);
  }
  const reduction = oracleCase.text("params", "reduction") as Reduction;
  try {
    return make({ ...chosen, reduction });
  } catch (error) {
    if (error instanceof ActigradError && error.code === "option") throw new Unsupported(error.message);
    throw error;
  }
}

function checkClasses(oracleCase: OracleCase, classes: number, ignored: number | undefined): void {
  const { data } = oracleCase.tensor("in", "target");
  const wrong = data.find((label) => label !== ignored && !(label >= 0 && label < classes));
  if (wrong === undefined) return;
  throw new ActigradError("format", `${oracleCase.where}: class ${wrong} of ${classes} classes`);
}
