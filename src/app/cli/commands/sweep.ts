import { join } from "node:path";
import { ActigradError, unknownName } from "../../../core/errors.ts";
import { decimal } from "../../../report/numbers.ts";
import { readBytes, writeAtomic } from "../../../host/files.ts";
import { type OptionTable, type OptionValues, checkOptions } from "../../../core/options.ts";
import { openJournal } from "../../sweep/engine/journal.ts";
import type { Queue } from "../../sweep/engine/queue.ts";
import { type SweepProgress, runSweep } from "../../sweep/engine/run-sweep.ts";
import { MOST_POINTS, sharedOptions } from "../../sweep/job.ts";
import { type Metric, parseMetric, pointsOf, ranked } from "../../sweep/metric.ts";
import { usualPack } from "../../sweep/plan.ts";
import { answerOf, reportHtml, tablesOf } from "../../sweep/report.ts";
import { type SweepResult, resultOf } from "../../sweep/result.ts";
import { axesOf, parseGrid } from "../../sweep/space.ts";
import { makeStrategy } from "../../sweep/strategies.ts";
import { defineCommand, type Shell } from "../command.ts";
import { writeJsonFile } from "../json-files.ts";
import { printTable } from "../print-table.ts";
import { formatSeconds, formatTimeLeft } from "../terminal.ts";
import { openQueue, queueOptions } from "./queue-options.ts";

/** Rows of the table of the best points on a terminal. */
const ROWS = 10;

/** Options that a file may contain too; the command line wins. */
const spaceOptions = {
  dataset: { kind: "word", doc: `${sharedOptions.dataset.doc}; options after a colon [spirals]` },
  steps: { kind: "number", whole: true, min: 1, doc: "steps of each training [300]" },
  strategy: {
    kind: "word",
    doc: "grid, random:points=32,seed=0, or halving:eta=3,rounds=3 [grid]",
  },
  metric: {
    kind: "word",
    doc: "the metric to optimise, with :min or :max if its name does not tell [validationLoss; loss for tasks]",
  },
  pack: {
    kind: "number",
    whole: true,
    min: 1,
    max: MOST_POINTS,
    doc: `points of one recorded step [${usualPack}]`,
  },
} as const satisfies OptionTable;

export const sweep = defineCommand({
  name: "sweep",
  summary: "Trains every point of a space of options, and continues after any stop.",
  positional: "file",
  options: {
    file: { kind: "word", value: "FILE", doc: "JSON with grid, and dataset, steps, strategy, metric, pack" },
    grid: {
      kind: "word",
      value: "AXES",
      doc: 'options with their values: "layers=16,32/32 lr=1e-3..0.1:log4 seed=0..4"',
    },
    ...spaceOptions,
    out: {
      kind: "word",
      value: "FOLDER",
      required: true,
      doc: "folder for journal, results.json and report.html; an existing journal is continued",
    },
    budget: {
      kind: "word",
      value: "TIME",
      doc: "stop after a time such as 90s, 10m or 2h, and keep what is finished",
    },
    ...queueOptions,
  },
  notes: [
    'sweep --grid "layers=16,32 activation=relu,gelu lr=0.001..0.1:log4 seed=0..1" --dataset spirals:n=400 --out results/first',
    'sweep --grid "activation=relu,x * tanh(x) lr=1e-4..1:log batch=32,64" --strategy random:points=40 --out results/drawn',
    'sweep --grid "task=spirals,deep activation=relu,gelu,silu level=S seeds=5" --workers 2 --out results/tasks',
    "",
    "Axes are options of train, with steps and dataSeed; or task (of the contest), level, activation, seeds, init, steps, rates. A name and a " +
      "formula stand for all hidden layers. Points of equal shape are replicas of one step. Ctrl-C keeps all finished work. See docs/sweeps.md.",
  ],
  async run({ options: { file, grid, out, budget, ...options } }, shell) {
    const { terminal } = shell;
    const asked = await readSpace(file, grid, options);
    const { dataset, steps, strategy: strategyText = "grid", pack = usualPack } = asked;
    const axes = axesOf(asked.grid);
    const tasks = axes.some(({ name }) => name === "task");
    const metric = parseMetric(tasks ? "cell" : "train", asked.metric);
    const base = {
      ...(!tasks && dataset !== undefined && { dataset }),
      ...(steps !== undefined && { steps }),
    };
    const strategy = makeStrategy(strategyText, { axes, base, metric, pack });
    const plan = { grid: asked.grid, ...base, strategy: strategyText, metric, pack };
    strategy.next([]); // faults of the space are reported before anything starts
    const signals = [
      shell.signal,
      ...(budget === undefined ? [] : [AbortSignal.timeout(millisecondsOf(budget))]),
    ];
    const journal = await openJournal(out, plan);
    let queue: Queue | undefined;
    try {
      queue = await openQueue(shell, options, journal.sweep);
      if (journal.results.size > 0)
        await journal.note(`continuing after ${journal.results.size} finished jobs`);
      const begin = performance.now();
      let before: number | undefined;
      const { rounds, complete } = await runSweep(strategy, queue, journal, {
        signal: AbortSignal.any(signals),
        onProgress(progress) {
          before ??= progress.about;
          const share = (progress.about - before) / ((progress.total ?? NaN) - before);
          terminal.progress(
            lineOf(progress, metric),
            formatTimeLeft(share, (performance.now() - begin) / 1000),
          );
        },
      });
      const result = resultOf(rounds, { complete, metric, axes: axes.map(({ name }) => name) });
      const about = `${Object.entries(asked.grid)
        .map(([name, values]) => `${name}: ${[values].flat().join(", ")}`)
        .join("; ")}`;
      const incidents = journal.incidents.map(({ date, text }) => `${date}: ${text}`);
      const paths = [join(out, "results.json"), join(out, "report.html")] as const;
      await writeJsonFile("sweep", paths[0], result, {});
      await writeAtomic(paths[1], reportHtml(result, { about, incidents }));
      print(shell, result, (performance.now() - begin) / 1000);
      for (const path of paths) terminal.print(`wrote ${path}`);
      return result.failed.length > 0 || result.points.length === 0 ? 1 : 0;
    } finally {
      await queue?.close();
      await journal.close();
    }
  },
});

type Space = OptionValues<typeof spaceOptions> & { readonly grid: Readonly<Record<string, unknown>> };

/** @throws ActigradError "usage" without a grid, or with two */
async function readSpace(
  file: string | undefined,
  grid: string | undefined,
  options: OptionValues<typeof spaceOptions>,
): Promise<Space> {
  const names = Object.keys(spaceOptions) as (keyof typeof spaceOptions)[];
  const given = Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  if ((file === undefined) === (grid === undefined))
    throw new ActigradError("usage", "sweep: expected a file or --grid, and not both", {
      hint: 'as in --grid "activation=relu,gelu lr=0.001..0.1:log4"',
    });
  if (file === undefined) return { ...given, grid: parseGrid(grid!) };
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder().decode(await readBytes(file)));
  } catch (cause) {
    if (cause instanceof ActigradError) throw cause;
    throw new ActigradError("format", `${file}: not JSON: ${(cause as Error).message}`, { cause });
  }
  const { grid: axes, ...rest } = (read ?? {}) as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(rest).find((name) => !Object.hasOwn(spaceOptions, name));
  if (unknown !== undefined)
    throw unknownName(`option in ${file}`, unknown, ["grid", ...Object.keys(spaceOptions)]);
  if (typeof axes !== "object" || axes === null || Array.isArray(axes))
    throw new ActigradError("format", `${file}: expected grid to be an object of axes`, {
      hint: 'as in {"grid": {"activation": ["relu", "gelu"], "lr": "0.001..0.1:log4"}}',
    });
  return { ...checkOptions(file, spaceOptions, rest), ...given, grid: axes as Space["grid"] };
}

/** @throws ActigradError "option" */
export function millisecondsOf(text: string): number {
  const [, count, unit] = /^([\d.]+)(s|m|h)$/.exec(text) ?? [];
  const time = Number(count) * { s: 1e3, m: 6e4, h: 3.6e6 }[(unit ?? "s") as "s" | "m" | "h"];
  if (time > 0 && time < 2 ** 31) return time;
  throw new ActigradError("option", `--budget: expected a time such as 90s, 10m or 2h, got "${text}"`);
}

function lineOf({ done, total, workers, rounds }: SweepProgress, metric: Metric): string {
  const first = ranked(pointsOf(rounds), metric)[0];
  const value = first?.metrics[metric.name] ?? NaN;
  const best = Number.isNaN(value) ? "" : `, best ${metric.name} ${decimal(value)} (${first!.key})`;
  const doing = [...workers].map(([worker, what]) => `; ${worker}: ${what}`).join("");
  return `${done}${total === undefined ? "" : ` of ${total}`} points${best}${doing}`;
}

function print({ terminal }: Shell, result: SweepResult, seconds: number): void {
  const { points, failed, complete } = result;
  if (!complete) terminal.print(terminal.style("yellow", "stopped: continue with the same command"));
  for (const { keys, error } of failed)
    terminal.tell(`set aside: ${keys.join(", ")}: ${error.message}`, "red");
  if (points.length > 0) terminal.tell(answerOf(result), "bold");
  for (const table of tablesOf(result, ROWS)) printTable(terminal, table);
  terminal.print();
  terminal.print(`took ${formatSeconds(seconds)}`);
}
