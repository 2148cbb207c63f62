/** The table of experiments, in the order of the statements. Adding one: a file in rows/ and a line here. */
import { unknownName } from "../core/errors.ts";
import type { Experiment } from "./experiment.ts";
import { batchNormLine } from "./records/batch-norm-line.ts";
import { bornDead } from "./records/born-dead.ts";
import { centredInputs } from "./records/centred-inputs.ts";
import { chainRule } from "./records/chain-rule.ts";
import { circlesWidth } from "./records/circles-width.ts";
import { deepSigmoid } from "./records/deep-sigmoid.ts";
import { deepest } from "./records/deepest.ts";
import { depthImages } from "./records/depth-images.ts";
import { depthParameters } from "./records/depth-parameters.ts";
import { dyingCures } from "./records/dying-cures.ts";
import { dyingRelu } from "./records/dying-relu.ts";
import { eluCentred } from "./records/elu-centred.ts";
import { exactZeros } from "./records/exact-zeros.ts";
import { expSlow } from "./records/exp-slow.ts";
import { leakySpeed } from "./records/leaky-speed.ts";
import { learnedFilters } from "./records/learned-filters.ts";
import { learnedSlopes } from "./records/learned-slopes.ts";
import { linearDepth } from "./records/linear-depth.ts";
import { linearFit } from "./records/linear-fit.ts";
import { linearLearns } from "./records/linear-learns.ts";
import { linearStack } from "./records/linear-stack.ts";
import { maxoutAll } from "./records/maxout-all.ts";
import { nearlyLinear } from "./records/nearly-linear.ts";
import { noisyImages } from "./records/noisy-images.ts";
import { nonlinearImages } from "./records/nonlinear-images.ts";
import { nonlinearPlane } from "./records/nonlinear-plane.ts";
import { normImages } from "./records/norm-images.ts";
import { ranking } from "./records/ranking.ts";
import { reluCheap } from "./records/relu-cheap.ts";
import { sameSign } from "./records/same-sign.ts";
import { savedBytes } from "./records/saved-bytes.ts";
import { sigmoidRange } from "./records/sigmoid-range.ts";
import { sixTimes } from "./records/six-times.ts";
import { smallFilters } from "./records/small-filters.ts";
import { softmaxAll } from "./records/softmax-all.ts";
import { softmaxLinear } from "./records/softmax-linear.ts";
import { spaceProbes } from "./records/space-probes.ts";
import { superposition } from "./records/superposition.ts";
import { swapped } from "./records/swapped.ts";
import { tanhCentred } from "./records/tanh-centred.ts";
import { targetMaps } from "./records/target-maps.ts";
import { vanishingGradient } from "./records/vanishing-gradient.ts";
import { zigZag } from "./records/zig-zag.ts";

export const experiments: readonly Experiment[] = [
  linearStack,
  superposition,
  linearDepth,
  nonlinearPlane,
  nonlinearImages,
  linearLearns,
  sigmoidRange,
  vanishingGradient,
  deepSigmoid,
  tanhCentred,
  sameSign,
  zigZag,
  centredInputs,
  expSlow,
  sixTimes,
  reluCheap,
  bornDead,
  dyingRelu,
  dyingCures,
  leakySpeed,
  learnedSlopes,
  eluCentred,
  maxoutAll,
  ranking,
  depthParameters,
  depthImages,
  smallFilters,
  savedBytes,
  chainRule,
  softmaxAll,
  softmaxLinear,
  circlesWidth,
  spaceProbes,
  exactZeros,
  noisyImages,
  nearlyLinear,
  deepest,
  linearFit,
  batchNormLine,
  normImages,
  swapped,
  learnedFilters,
  targetMaps,
];

/** @throws ActigradError "option" with the nearest name */
export function findExperiment(name: string): Experiment {
  const found = experiments.find((experiment) => experiment.name === name);
  if (found !== undefined) return found;
  throw unknownName(
    "experiment",
    name,
    experiments.map((experiment) => experiment.name),
  );
}
