/** The table of experiments, in the order of the statements. Adding one: a file in rows/ and a line here. */
import { unknownName } from "../core/errors.ts";
import type { Experiment } from "./experiment.ts";
import { batchNormLine } from "./rows/batch-norm-line.ts";
import { bornDead } from "./rows/born-dead.ts";
import { centredInputs } from "./rows/centred-inputs.ts";
import { chainRule } from "./rows/chain-rule.ts";
import { circlesWidth } from "./rows/circles-width.ts";
import { deepSigmoid } from "./rows/deep-sigmoid.ts";
import { deepest } from "./rows/deepest.ts";
import { depthImages } from "./rows/depth-images.ts";
import { depthParameters } from "./rows/depth-parameters.ts";
import { dyingCures } from "./rows/dying-cures.ts";
import { dyingRelu } from "./rows/dying-relu.ts";
import { eluCentred } from "./rows/elu-centred.ts";
import { exactZeros } from "./rows/exact-zeros.ts";
import { expSlow } from "./rows/exp-slow.ts";
import { leakySpeed } from "./rows/leaky-speed.ts";
import { learnedFilters } from "./rows/learned-filters.ts";
import { learnedSlopes } from "./rows/learned-slopes.ts";
import { linearDepth } from "./rows/linear-depth.ts";
import { linearFit } from "./rows/linear-fit.ts";
import { linearLearns } from "./rows/linear-learns.ts";
import { linearStack } from "./rows/linear-stack.ts";
import { maxoutAll } from "./rows/maxout-all.ts";
import { nearlyLinear } from "./rows/nearly-linear.ts";
import { noisyImages } from "./rows/noisy-images.ts";
import { nonlinearImages } from "./rows/nonlinear-images.ts";
import { nonlinearPlane } from "./rows/nonlinear-plane.ts";
import { normImages } from "./rows/norm-images.ts";
import { ranking } from "./rows/ranking.ts";
import { reluCheap } from "./rows/relu-cheap.ts";
import { sameSign } from "./rows/same-sign.ts";
import { savedBytes } from "./rows/saved-bytes.ts";
import { sigmoidRange } from "./rows/sigmoid-range.ts";
import { sixTimes } from "./rows/six-times.ts";
import { smallFilters } from "./rows/small-filters.ts";
import { softmaxAll } from "./rows/softmax-all.ts";
import { softmaxLinear } from "./rows/softmax-linear.ts";
import { spaceProbes } from "./rows/space-probes.ts";
import { superposition } from "./rows/superposition.ts";
import { swapped } from "./rows/swapped.ts";
import { tanhCentred } from "./rows/tanh-centred.ts";
import { targetMaps } from "./rows/target-maps.ts";
import { vanishingGradient } from "./rows/vanishing-gradient.ts";
import { zigZag } from "./rows/zig-zag.ts";

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
