/** The table of experiments, in the order of the statements. Adding one: a file in rows/ and a line here. */
import { unknownName } from "../core/errors.ts";
import type { Experiment } from "./experiment.ts";
import { bornDead } from "./rows/born-dead.ts";
import { chainRule } from "./rows/chain-rule.ts";
import { circlesWidth } from "./rows/circles-width.ts";
import { linearFit } from "./rows/linear-fit.ts";
import { linearStack } from "./rows/linear-stack.ts";
import { sameSign } from "./rows/same-sign.ts";
import { sigmoidRange } from "./rows/sigmoid-range.ts";
import { softmaxAll } from "./rows/softmax-all.ts";
import { softmaxLinear } from "./rows/softmax-linear.ts";
import { superposition } from "./rows/superposition.ts";
import { vanishingGradient } from "./rows/vanishing-gradient.ts";

export const experiments: readonly Experiment[] = [
  linearStack,
  superposition,
  sigmoidRange,
  vanishingGradient,
  sameSign,
  bornDead,
  chainRule,
  softmaxAll,
  softmaxLinear,
  circlesWidth,
  linearFit,
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
