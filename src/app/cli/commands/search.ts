import { join } from "node:path";
import type { BenchResult } from "../../../../bench/result.ts";
import type { ContestOptions, ContestResult } from "../../../../bench/contest/result.ts";
import { levels } from "../../../../bench/contest/task.ts";
import { tablesOf } from "../../../../bench/contest/table.ts";
import { judge } from "../../../../bench/contest/judge.ts";
import { taskNames, tasks as allTasks } from "../../../../bench/contest/tasks/index.ts";
import { findActivation } from "../../../activations/index.ts";
import { ActigradError } from "../../../core/errors.ts";
import { fromJson } from "../../../core/json.ts";
import { isSame } from "../../../core/same.ts";
import type { OptionTable, OptionValues } from "../../../core/options.ts";
import { readBytes, writeAtomic, writeJson } from "../../../host/files.ts";
import type { HostOptions } from "../../../host/host.ts";
import { decimal } from "../../../report/numbers.ts";
import { earlierOf, ownOptions, resultOf, unseenOptions, type Reached } from "../../search/finish.ts";
import { match as searchMatch } from "../../search/match.ts";
import { answerOf, finalistsTable, matchReport, reportHtml } from "../../search/report.ts";
import { FORMAT, MATCH_FORMAT, type MatchFile, type SearchResult } from "../../search/result.ts";
import { type SearchPlan, type SearchTask, searchStrategy, secondsOf } from "../../search/strategy.ts";
import { openJournal } from "../../sweep/engine/journal.ts";
import type { Queue } from "../../sweep/engine/queue.ts";
import { type SweepProgress, runSweep } from "../../sweep/engine/run-sweep.ts";
import { type Shell, defineCommand } from "../command.ts";
import { writeJsonFile } from "../json-files.ts";
import { printTable } from "../print-table.ts";
import { formatSeconds } from "../terminal.ts";
import { openQueue, queueOptions } from "./queue-options.ts";
import { millisecondsOf } from "./sweep.ts";

/** Tasks that need no file: a job of a sweep cannot read one. */
const tasks = taskNames.filter((name) => !("files" in allTasks[name])) as readonly SearchTask[];

/** Options of a search that trains; a planted one refuses them. */
const trainingOptions = {
  tasks: {
    kind: "words",
    choices: tasks,
    doc: "contest tasks whose validation rows choose formulas [spirals]",
  },
  unseen: {
    kind: "words",
    choices: tasks,
    doc: "contest tasks for the final comparison only [deep,regression]",
  },
  level: { kind: "word", choices: levels, doc: "level of the contest [S]" },
  population: { kind: "number", whole: true, min: 2, max: 1000, doc: "formulas per round [12]" },
} as const satisfies OptionTable;

const plantedOptions = {
  range: { kind: "numbers", most: 2, doc: "the interval of --match [-4,4]" },
  within: { kind: "number", min: 0, doc: "for --match: stop at this largest difference [0.01]" },
} as const satisfies OptionTable;

const options = {
  ...trainingOptions,
  budget: {
    kind: "word",
    value: "TIME",
    doc: "training time, such as 10m: no round begins after it; the final comparison comes on top [10m without --rounds]",
  },
  rounds: { kind: "number", whole: true, min: 1, max: 10_000, doc: "at most" },
  seed: {
    kind: "number",
    whole: true,
    min: 0,
    default: 0,
    doc: "seed: decides which formulas are tried, and in which order",
  },
  out: {
    kind: "word",
    value: "FOLDER",
    doc: "folder for journal, results.json and report.html; an existing journal is continued; required except with --match",
  },
  json: { kind: "word", value: "FILE", writes: true, doc: "also write the result as JSON to this file" },
  match: {
    kind: "word",
    value: "NAME",
    doc: "find a formula close to this activation without using it; needs no GPU",
  },
  ...plantedOptions,
  ...queueOptions,
} as const satisfies OptionTable;

type Options = OptionValues<typeof options>;

export const search = defineCommand({
  name: "search",
  summary:
    "Searches for an activation: formulas bred by mutation and crossover, judged by the contest's protocol.",
  options,
  notes: [
    "search --budget 10m --out results/search",
    "search --tasks spirals,tabular --unseen deep,regression --rounds 8 --population 16 --out results/two",
    "search --match gelu --range -4,4",
    "",
    "Ctrl-C keeps all finished work; the same command continues. The best is compared with relu, gelu and swiglu on unseen tasks. " +
      "See docs/search.md.",
  ],
  async run({ options: given }, shell) {
    return given.match === undefined ? train(given, shell) : plant(given, given.match, shell);
  },
});

function refuse(given: Options, names: readonly (keyof Options)[], why: string): void {
  const name = names.find((one) => given[one] !== undefined);
  if (name !== undefined) throw new ActigradError("usage", `search: --${name} ${why}`);
}

async function plant(given: Options, name: string, { terminal, signal }: Shell): Promise<number> {
  refuse(
    given,
    [...(Object.keys(trainingOptions) as (keyof Options)[]), "workers", "redis"],
    "cannot be combined with --match, which trains nothing",
  );
  const { seed, rounds = 100, budget, within = 0.01, range = [-4, 4], out, json } = given;
  const [from = NaN, to = NaN] = range;
  if (!(from < to))
    throw new ActigradError(
      "option",
      `--range: expected two numbers, the smaller first, got ${range.join(",")}`,
    );
  const target = findActivation(name);
  const until = performance.now() + (budget === undefined ? Infinity : millisecondsOf(budget));
  const found = await searchMatch({
    target,
    range: [from, to],
    seed,
    rounds,
    within,
    async onRound({ rounds: round, largest, formula }) {
      terminal.progress(`round ${round}, ${largest.toPrecision(3)} off: ${formula}`);
      await new Promise((resolve) => setTimeout(resolve));
      return signal.aborted || performance.now() > until;
    },
  });
  const file: MatchFile = {
    format: MATCH_FORMAT,
    date: new Date().toISOString(),
    target: target.name,
    range: [from, to],
    seed,
    ...found,
  };
  terminal.tell(
    `${found.formula} is within ${found.largest.toPrecision(3)} of ${target.name} on [${from}, ${to}] (rms ${found.rms.toPrecision(3)}).`,
    "bold",
  );
  terminal.print(`${found.tried} formulas in ${found.rounds} rounds`);
  const path = out && join(out, "results.json");
  for (const one of [path, json]) await writeJsonFile("match", one, file, {});
  const report = out && join(out, "report.html");
  if (report !== undefined) await writeAtomic(report, matchReport(file));
  for (const one of [path, json, report]) if (one !== undefined) terminal.print(`wrote ${one}`);
  return found.largest <= within ? 0 : 1;
}

async function train(given: Options, shell: Shell): Promise<number> {
  refuse(given, Object.keys(plantedOptions) as (keyof Options)[], "needs --match");
  const { terminal, signal } = shell;
  const { tasks: own = ["spirals"], unseen = ["deep", "regression"], level = "S", population = 12 } = given;
  const { seed, rounds = Infinity, budget, workers = 1, out, json, target, gpu, headed } = given;
  if (out === undefined) throw new ActigradError("usage", "search: --out FOLDER is missing");
  const seen = unseen.find((task) => own.includes(task));
  if (seen !== undefined)
    throw new ActigradError("option", `search: "${seen}" is a task of the search`, {
      hint: "--unseen names others",
    });
  const plan: SearchPlan = { tasks: own, level, population, seed };
  const usual = given.rounds === undefined ? "10m" : undefined;
  const time = budget ?? usual;
  const seconds = time === undefined ? Infinity : (workers * millisecondsOf(time)) / 1000;
  const strategy = searchStrategy(plan, { rounds, seconds });
  const how = { target, gpu, headless: !headed, say: (line: string) => terminal.say(line) };
  const journal = await openJournal(out, { search: plan, rounds, seconds });
  let queue: Queue | undefined;
  let reached: Reached;
  try {
    queue = await openQueue(shell, given, journal.sweep);
    const run = await runSweep(strategy, queue, journal, {
      signal,
      onProgress: (progress) =>
        terminal.progress(
          lineOf(progress, strategy.evolution),
          leftOf(progress, { rounds, seconds, workers }),
        ),
    });
    const whole = run.rounds.filter((_, i) => i < strategy.evolution.progress.length);
    reached = { plan, complete: run.complete, rounds: whole.length, seconds: secondsOf(run.rounds) };
  } finally {
    await queue?.close();
    await journal.close();
  }
  const last = lastOf(out, shell, how);
  if (reached.complete && strategy.evolution.finalists.length > 0) {
    const options = ownOptions(plan, strategy);
    const ownTasks = await last("own.json", options, earlierOf(plan, strategy, options));
    const others = signal.aborted
      ? undefined
      : await last("unseen.json", unseenOptions(plan, strategy, unseen));
    const { adapter, host } = ownTasks;
    reached = {
      ...reached,
      complete: ownTasks.complete && others?.complete === true,
      adapter,
      host,
      ...(ownTasks.results.contest && { own: ownTasks.results.contest }),
      ...(others?.results.contest && { unseen: others.results.contest }),
    };
  }
  const result: SearchResult = {
    format: FORMAT,
    date: new Date().toISOString(),
    ...resultOf(strategy, reached),
  };
  print(shell, result);
  const paths = [join(out, "results.json"), json, join(out, "report.html")] as const;
  for (const path of paths.slice(0, 2)) await writeJsonFile("search", path, result, { digits: 7 });
  await writeAtomic(paths[2], reportHtml(result));
  for (const path of paths) if (path !== undefined) terminal.print(`wrote ${path}`);
  return result.finalists.length > 0 ? 0 : 1;
}

/** Runs a final contest; one that an earlier start has finished is read again. */
const lastOf =
  (out: string, { runJob, terminal, signal }: Shell, how: HostOptions<never>) =>
  async (name: string, contest: ContestOptions, earlier?: ContestResult): Promise<BenchResult> => {
    const path = join(out, name);
    const before = await readBytes(path).then(
      (bytes) => fromJson(new TextDecoder().decode(bytes)) as BenchResult,
      () => undefined,
    );
    if (before !== undefined && isSame(before.options.suites.contest, contest)) return before;
    const request = { quick: false, suites: { contest }, ...(earlier && { earlier: { contest: earlier } }) };
    const result = await runJob("bench", request, {
      ...how,
      signal,
      onEvent: ({ doing, secondsLeft }) =>
        terminal.progress(`last comparison: ${doing}`, `${formatSeconds(secondsLeft)} left`),
    });
    if (result.complete) await writeJson(path, result);
    return result;
  };

type Evolution = ReturnType<typeof searchStrategy>["evolution"];

function lineOf({ rounds, workers }: SweepProgress, { finalists, members }: Evolution): string {
  const [first] = finalists;
  const best =
    first && `, best ${decimal(Math.exp(first.losses.whole!))} of relu's loss (${first.activation})`;
  const doing = [...workers].map(([worker, what]) => `; ${worker}: ${what}`).join("");
  return `round ${rounds.length}, ${members.length} formulas${best ?? ""}${doing}`;
}

function leftOf(
  { rounds }: SweepProgress,
  limits: { readonly rounds: number; readonly seconds: number; readonly workers: number },
): string {
  const spent = secondsOf(rounds);
  const byTime = limits.seconds - spent;
  const done = rounds.length - 1;
  const byRounds = done === 0 ? Infinity : ((limits.rounds - done) * spent) / done;
  const left = Math.max(0, Math.min(byTime, byRounds)) / limits.workers;
  if (left === 0) return "the last round";
  return Number.isFinite(left) ? `about ${formatSeconds(left)} of rounds left` : "";
}

function print({ terminal }: Shell, result: SearchResult): void {
  const { complete, finalists, unseen } = result;
  if (!complete) terminal.print(terminal.style("yellow", "stopped: continue with the same command"));
  const [first, ...rest] = answerOf(result);
  if (first !== undefined) terminal.tell(first, "bold");
  for (const sentence of rest) terminal.tell(sentence);
  if (finalists.length > 0) printTable(terminal, finalistsTable(result));
  for (const table of unseen ? tablesOf(unseen, judge(unseen)) : []) printTable(terminal, table);
  terminal.print();
}
