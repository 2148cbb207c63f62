import { ActigradError } from "../core/errors.ts";
import type { Executor } from "../device/executor.ts";
import type { InspectionGraph } from "./step.ts";

/** Where and how a training diverged. */
interface Divergence {
  readonly replica: number;
  readonly loss: number;
  /** Counted from 0. */
  readonly step: number;
  readonly replicas: number;
  /** The batch, counted from 0, among those that the host gave. */
  readonly batch?: number;
  /** losses[replica][step] of the fit before the bad step. */
  readonly losses: readonly Float32Array[];
  /** Advice if the gradients are not finite. */
  readonly hint?: string;
  /** Whether no weight took the step; otherwise those with finite gradients did. */
  readonly unmoved: boolean;
}

/** Description of the first tensor that is not finite. */
type Cause = "weights" | "output" | "loss";

const ofTheLoss =
  "check the targets; a loss of logits stays finite where one of probabilities does not, and huber where mse overflows";

/** Advice for the first step, in which no learning rate has played a part. */
const beforeAnyUpdate: Readonly<Record<Cause, string>> = {
  weights: "these are the starting weights: check what was loaded, or the initialisation",
  output: "no step was trained yet: look for very large or non-finite numbers in the data, and scale it",
  loss: ofTheLoss,
};

/** Advice for later steps. */
const afterUpdates: Readonly<Record<Cause, string>> = {
  weights: "an update made them non-finite: lower the learning rate, or clip the gradients",
  output:
    "lower the learning rate, or clip the gradients; if the losses had not grown, look for such numbers in the data",
  loss: `${ofTheLoss}; if the losses had grown, lower the learning rate`,
};

/** If every gradient is finite when the step is recomputed. */
const foundAgain = (unmoved: boolean): string =>
  unmoved
    ? "the norm of all gradients, or their accumulated sum; each gradient of this step is finite"
    : "a gradient that is finite when recomputed with the updated weights; clipNorm(3e38) keeps weights as they were, and then it is named";

/**
 * Names the first tensor that is not finite. `executor` has just replayed the bad step (and its backward pass if the loss is
 * finite); its weights are still those of that step, because `alive` blocked the update.
 */
export async function explainDivergence(
  executor: Executor,
  { layers, searchBack }: InspectionGraph,
  { replica, loss, step, replicas, batch, losses, hint, unmoved }: Divergence,
): Promise<ActigradError> {
  const bad = (values: ArrayLike<number>): boolean => {
    const each = values.length / replicas;
    for (let i = replica * each; i < (replica + 1) * each; i++) if (!Number.isFinite(values[i]!)) return true;
    return false;
  };
  let first = "";
  let cause: Cause = "loss";
  const ofGradients = Number.isFinite(loss);
  for (const { name, title, output, parameters } of ofGradients ? [] : layers) {
    for (const { node } of parameters) {
      if (first !== "" || !bad(await executor.readNode(node))) continue;
      [first, cause] = [`the weights of layer ${name}, ${title}`, "weights"];
    }
    if (first !== "" || !bad(await executor.readNode(output))) continue;
    [first, cause] = [`the output of layer ${name}, ${title}`, "output"];
  }
  if (ofGradients)
    first = (await searchBack?.(async (node) => bad(await executor.readNode(node)))) ?? foundAgain(unmoved);
  if (first === "") first = "the loss itself; every layer's output is finite";
  const which = [
    ...(batch === undefined ? [] : [`batch ${batch}`]),
    ...(replicas > 1 ? [`replica ${replica}`] : []),
  ];
  const place = which.length === 0 ? "" : `, ${which.join(", ")},`;
  const what = ofGradients ? "the gradients" : "the loss";
  const help = (ofGradients && hint) || (step === 0 ? beforeAnyUpdate : afterUpdates)[cause];
  return new ActigradError(
    "diverged",
    `training diverged: ${what} of step ${step + 1}${place} ${ofGradients ? "are not finite" : `is ${loss}`}; ` +
      `the first that is not finite: ${first}`,
    {
      hint: `${help}; the weights are ${unmoved ? "those before this step" : "those before this step where their gradient is not finite; the others took it"}`,
      step,
      replica,
      loss,
      ...(batch !== undefined && { batch }),
      first,
      losses,
    },
  );
}
