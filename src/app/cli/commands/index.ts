/** The table of commands. To add one: a file that exports the result of defineCommand, and a line here. */
import type { Command } from "../command.ts";
import { activations } from "./activations.ts";
import { bench } from "./bench.ts";
import { compare } from "./compare.ts";
import { completion } from "./completion.ts";
import { doctor } from "./doctor.ts";
import { experiment } from "./experiment.ts";
import { generate } from "./generate.ts";
import { kernels } from "./kernels.ts";
import { lab } from "./lab.ts";
import { predict } from "./predict.ts";
import { search } from "./search.ts";
import { sweep } from "./sweep.ts";
import { train } from "./train.ts";
import { worker } from "./worker.ts";
import { verify } from "./verify.ts";

export const commands: readonly Command[] = [
  train,
  predict,
  generate,
  compare,
  sweep,
  search,
  worker,
  bench,
  experiment,
  activations,
  verify,
  kernels,
  doctor,
  lab,
  completion(() => commands),
];
