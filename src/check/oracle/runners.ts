import { elementwise, preluWithSlope } from "./activations.ts";
import { languageModel, languageModelFile } from "./gpt.ts";
import { groupedRunners } from "./grouped.ts";
import { layerRunners } from "./layers.ts";
import { linear } from "./linear.ts";
import { lossRunners } from "./losses.ts";
import { network } from "./networks.ts";
import type { OracleCase } from "./oracle.ts";
import { type Runner, Unsupported } from "./problem.ts";
import { sequenceRunners } from "./sequence.ts";
import { sequenceLayerRunners } from "./sequence-layers.ts";
import { rateTable } from "./schedules.ts";
import { optimizerRun, trajectory } from "./training-cases.ts";

/** Runners by the oracle's op names. To add an op, write its runner and add a line here; other names are looked up as activations. */
const runners: Readonly<Record<string, Runner>> = {
  prelu: preluWithSlope,
  ...groupedRunners,
  linear,
  trajectory,
  ...layerRunners,
  ...lossRunners,
  ...sequenceRunners,
  language_model: languageModel,
  language_model_file: languageModelFile,
  ...sequenceLayerRunners,
};

/** What a case tests, in one word: its op, activation or optimizer. */
export function subjectOf(oracleCase: OracleCase): string {
  for (const field of ["op", "act", "optimizer", "kind"]) {
    const value = oracleCase.get(field);
    if (typeof value === "string") return value;
  }
  return oracleCase.get("lrTable") === true ? "lr table" : "case";
}

/** The runner of a case. @throws Unsupported if there is none */
export function runnerOf(oracleCase: OracleCase): Runner {
  if (oracleCase.has("op")) {
    const op = oracleCase.text("op");
    if (oracleCase.has("params", "learned") && !oracleCase.has("act")) return elementwise;
    return Object.hasOwn(runners, op) ? runners[op]! : elementwise;
  }
  if (oracleCase.has("act")) return trajectory;
  if (oracleCase.get("lrTable") === true) return rateTable;
  if (oracleCase.has("optimizer")) return optimizerRun;
  if (oracleCase.has("layers")) return network;
  throw new Unsupported("a case without op, act, optimizer or layers");
}
