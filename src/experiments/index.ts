/** The table of experiments, in the order of the statements. Adding one: a file in rows/ and a line here. */
import { unknownName } from "../core/errors.ts";
import type { Experiment } from "./experiment.ts";
import { batchNormLine } from "./statements/batch-norm-line.ts";
import { bornDead } from "./statements/born-dead.ts";
import { centredInputs } from "./statements/centred-inputs.ts";
import { chainRule } from "./statements/chain-rule.ts";
import { circlesWidth } from "./statements/circles-width.ts";
import { deepSigmoid } from "./statements/deep-sigmoid.ts";
import { deepest } from "./statements/deepest.ts";
import { depthImages } from "./statements/depth-images.ts";
import { depthParameters } from "./statements/depth-parameters.ts";
import { dyingCures } from "./statements/dying-cures.ts";
import { dyingRelu } from "./statements/dying-relu.ts";
import { eluCentred } from "./statements/elu-centred.ts";
import { exactZeros } from "./statements/exact-zeros.ts";
import { expSlow } from "./statements/exp-slow.ts";
import { leakySpeed } from "./statements/leaky-speed.ts";
import { learnedFilters } from "./statements/learned-filters.ts";
import { learnedSlopes } from "./statements/learned-slopes.ts";
import { linearDepth } from "./statements/linear-depth.ts";
import { linearFit } from "./statements/linear-fit.ts";
import { linearLearns } from "./statements/linear-learns.ts";
import { linearStack } from "./statements/linear-stack.ts";
import { maxoutAll } from "./statements/maxout-all.ts";
import { nearlyLinear } from "./statements/nearly-linear.ts";
import { noisyImages } from "./statements/noisy-images.ts";
import { nonlinearImages } from "./statements/nonlinear-images.ts";
import { nonlinearPlane } from "./statements/nonlinear-plane.ts";
import { normImages } from "./statements/norm-images.ts";
import { ranking } from "./statements/ranking.ts";
import { reluCheap } from "./statements/relu-cheap.ts";
import { sameSign } from "./statements/same-sign.ts";
import { savedBytes } from "./statements/saved-bytes.ts";
import { sigmoidRange } from "./statements/sigmoid-range.ts";
import { sixTimes } from "./statements/six-times.ts";
import { smallFilters } from "./statements/small-filters.ts";
import { softmaxAll } from "./statements/softmax-all.ts";
import { softmaxLinear } from "./statements/softmax-linear.ts";
import { spaceProbes } from "./statements/space-probes.ts";
import { superposition } from "./statements/superposition.ts";
import { swapped } from "./statements/swapped.ts";
import { tanhCentred } from "./statements/tanh-centred.ts";
import { targetMaps } from "./statements/target-maps.ts";
import { vanishingGradient } from "./statements/vanishing-gradient.ts";
import { zigZag } from "./statements/zig-zag.ts";

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
