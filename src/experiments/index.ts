/** The table of experiments, in the order of the statements. Adding one: a file in rows/ and a line here. */
import { unknownName } from "../core/errors.ts";
import type { Experiment } from "./experiment.ts";
import { linearStack } from "./rows/linear-stack.ts";
import { softmaxLinear } from "./rows/softmax-linear.ts";

export const experiments: readonly Experiment[] = [linearStack, softmaxLinear];

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
