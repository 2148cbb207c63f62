/** The options of a contest on the page, besides the activations and the dataset, which it shares with the race. */
import { LEAST_SEEDS } from "../../../bench/contest/judge.ts";
import { type ContestOptions, usualSeeds, usualTasks } from "../../../bench/contest/result.ts";
import type { TaskName } from "../../../bench/contest/tasks/index.ts";
import { type OptionTable, type OptionValues, checkOptions } from "../../core/options.ts";
import { type Setup, quoted } from "./setup.ts";

/** The bench's own options, within the page's limits. The worker knows which tasks there are. */
export const contestChoices = {
  tasks: { kind: "words", default: usualTasks, longest: 30, most: 16, doc: "what is learned" },
  seeds: { kind: "number", default: usualSeeds, min: LEAST_SEEDS, max: 32, whole: true },
  start: { kind: "word", choices: ["fitting", "same"], default: "fitting", doc: "starting weights" },
} as const satisfies OptionTable;

export type ContestChoice = OptionValues<typeof contestChoices>;
export const usualChoice: ContestChoice = checkOptions("contest", contestChoices, {});

export const isOwn = ({ tasks }: ContestChoice): boolean => tasks.includes("own");

/** The job's options. Unknown tasks are refused by the job. */
export function contestOptions(
  { activations, dataset }: Setup,
  choice: ContestChoice,
): ContestOptions & { readonly level: "S" } {
  const { tasks, seeds, start } = choice;
  return {
    activations,
    tasks: tasks as readonly TaskName[],
    ...(isOwn(choice) && { dataset }),
    level: "S",
    seeds,
    init: start,
  };
}

/** The command that runs the same contest. */
export function contestCommand(setup: Setup, choice: ContestChoice): string {
  const { activations, tasks, dataset, level, seeds, init } = contestOptions(setup, choice);
  const names = activations.filter((text) => /^\w+$/.test(text));
  const formulas = activations.filter((text) => !names.includes(text));
  const words = [
    ...(names.length > 0 ? ["--activations", names.join()] : []),
    ...formulas.flatMap((text) => ["--formula", quoted(text)]),
    `--tasks ${tasks.join()}`,
    ...(dataset === undefined ? [] : ["--dataset", quoted(dataset)]),
    `--level ${level} --seeds ${seeds} --init ${init}`,
  ];
  return `npx actigrad bench --suite contest ${words.join(" ")}`;
}
