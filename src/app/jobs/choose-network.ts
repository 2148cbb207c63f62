/** Shared by the jobs that train networks: the network for a dataset, and the columns of its replicas. */
import {
  type LoadedData,
  type Loss,
  ActigradError,
  type NetworkSpec,
  matchParameters,
  outputsOf,
  sampleSize,
} from "../../index.ts";
import { chooseLoss } from "./choices.ts";
import { type TrainOptions, trainOptions } from "./train-options.ts";

/** What a network is made of, besides its data. */
export type NetworkChoice = Pick<TrainOptions, "model" | "norm" | "layers" | "activation" | "init" | "loss"> &
  Partial<Pick<TrainOptions, "matchParameters" | "grid" | "order">>;

/** A spec of the network for a dataset, and a suitable loss. @throws ActigradError "option" */
export function chooseNetwork(
  { train }: Pick<LoadedData, "train">,
  { model, norm, layers, activation, init, loss: asked, matchParameters: match, grid, order }: NetworkChoice,
): { readonly spec: NetworkSpec; readonly loss: Loss } {
  if (model === "kan" && activation.join() !== trainOptions.activation.default.join())
    throw new ActigradError("option", `a kan takes no activation, got ${activation.join(", ")}`, {
      hint: "its edges are learned functions: leave --activation out, or use an mlp",
    });
  const splines = { ...(grid !== undefined && { grid }), ...(order !== undefined && { order }) };
  const [given] = Object.keys(splines);
  if (model !== "kan" && given !== undefined)
    throw new ActigradError("option", `${given} belongs to a kan's splines, but the model is "${model}"`, {
      hint: "add --model kan, or leave it out",
    });
  const loss = chooseLoss(asked ?? (train.kind === "classes" ? "cross_entropy" : "mse"));
  const spec: NetworkSpec = {
    ...(loss.expects !== undefined && { last: loss.expects }),
    inputs: sampleSize(train),
    hidden: layers,
    outputs: outputsOf(train),
    activations: activation,
    init,
    ...(model === "mlp" ? {} : { model, sample: train.shape }),
    ...(norm !== undefined && { norm }),
    ...splines,
  };
  return { spec: match === true ? matchParameters(spec) : spec, loss };
}

/** A replica for each learning rate and seed: all seeds of the first rate, then all of the second. */
export const columnsOf = (
  rates: readonly number[],
  seeds: readonly number[],
): { readonly lr: readonly number[]; readonly seeds: readonly number[] } => ({
  lr: rates.flatMap((rate) => seeds.map(() => rate)),
  seeds: rates.flatMap(() => seeds),
});
