import type { RunJob } from "../../../host/host.ts";
import type { Jobs } from "../../jobs/index.ts";
import { baselineTable, compareRuns, readBaseline, readResult } from "../../../../bench/baseline.ts";
import { adapterName, dateText } from "../../../report/numbers.ts";
import { reportHtml, warnings } from "../../../../bench/report.ts";
import { printTable } from "../print-table.ts";
import type { BenchEvent, BenchOptions, BenchResult } from "../../../../bench/result.ts";
import { entriesOf, suiteNames, suites, usualSuites, type SuiteName } from "../../../../bench/suites.ts";
import type { Comparison } from "../../../../bench/peers/host.ts";
import { alongRows } from "../../../../bench/peers/options.ts";
import { parts } from "../../../../bench/peers/result.ts";
import { diffTable } from "../../../../bench/contest/diff.ts";
import { levels } from "../../../../bench/contest/task.ts";
import { usualTasks } from "../../../../bench/contest/result.ts";
import { type TaskName, taskNames } from "../../../../bench/contest/tasks/index.ts";
import { usualActivations, type BenchChoice } from "../../../../bench/suite.ts";
import { readPytorch } from "../../../../bench/steps/pytorch.ts";
import { ActigradError } from "../../../core/errors.ts";
import { activations, findActivation, groupedActivations, parseActivation } from "../../../index.ts";
import { fromJson, toJson } from "../../../core/json.ts";
import { flag } from "../../../core/options.ts";
import { defineCommand, type Shell } from "../command.ts";
import { expectWritable, readBytes, writeAtomic } from "../../../host/files.ts";
import { mobyDickText } from "../../../host/grants.ts";
import { writeJsonFile } from "../json-files.ts";
import { formatSeconds, type Terminal } from "../terminal.ts";
import { datasetFiles } from "./dataset-files.ts";
import { contestCells } from "./contest-cells.ts";
import { hostOptions } from "./host-options.ts";
import { redisUrl } from "./queue-options.ts";
import { textFile } from "./train-text.ts";

/** How results are written. */
const STYLE = { digits: 7 };

export const bench = defineCommand({
  name: "bench",
  summary:
    "Says which activation to take, by how much and at what cost: a contest on several tasks, then their kernels.",
  options: {
    activations: {
      kind: "words",
      doc: `which activations; all: every one (default: ${usualActivations}; for the suite peers, all that a peer has)`,
    },
    formula: {
      kind: "words",
      repeated: true,
      value: "FORMULA",
      doc: "one more activation, a formula in x (repeatable)",
    },
    suite: {
      kind: "words",
      choices: ["default", "all", ...suiteNames],
      default: ["default"],
      doc: `which suites; default: ${usualSuites.join(" and ")}`,
    },
    dataset: {
      kind: "word",
      default: "mnist",
      doc: "mnist, spirals, circles, xor, moons, a folder of images, a .csv, or x.npy,y.npy",
    },
    only: {
      kind: "words",
      choices: parts,
      default: [],
      doc: "parts of --suite peers to run",
    },
    tasks: {
      kind: "words",
      choices: ["all", ...taskNames, "own"],
      doc: `tasks of the contest (default: ${usualTasks.join(",")}); own: the data of --dataset`,
    },
    level: {
      kind: "word",
      choices: levels,
      doc: "how much the contest trains (default: S on a software adapter, else M)",
    },
    text: {
      kind: "word",
      value: "FILE",
      doc: "text of the task language (default: a generated one) or of the suite language (default: moby-dick)",
    },
    init: {
      kind: "word",
      choices: ["fitting", "same"],
      doc: "starting weights of the contest: what suits each activation (default), or He for all",
    },
    quick: flag("a quick look in under a minute: 1M elements, 60 steps, one seed"),
    layers: { kind: "numbers", default: [128, 64], min: 1, doc: "widths of the hidden layers" },
    batch: { kind: "number", whole: true, default: 128, min: 1, doc: "rows per step" },
    lr: { kind: "number", default: 0.001, min: 0, doc: "Adam's learning rate" },
    epochs: {
      kind: "number",
      whole: true,
      min: 1,
      doc: "passes over the training rows (default: 1; with --quick 60 steps)",
    },
    seeds: {
      kind: "numbers",
      min: 0,
      doc: "seeds of the training, one replica each (default: 0,1,2; with --quick 0); for the contest, how many",
    },
    json: {
      kind: "word",
      value: "FILE",
      writes: true,
      doc: "results with raw samples (default: results/bench-DATE.json)",
    },
    report: {
      kind: "word",
      value: "FILE",
      writes: true,
      doc: "self-contained HTML (default: results/bench-DATE.html)",
    },
    steps: {
      kind: "number",
      whole: true,
      min: 1,
      doc: "steps of the suite language (default: 1000; with --quick 20)",
    },
    pytorch: {
      kind: "word",
      value: "FILE",
      doc: "times of bench/pytorch/step.py to show beside --suite steps",
    },
    baseline: {
      kind: "word",
      value: "FILE",
      doc: "an earlier run's JSON; exit code 1 if a ratio to the adapter's limits, the copy or a peer fell by 15 %",
    },
    resume: {
      kind: "word",
      value: "FILE",
      doc: "a stopped contest's JSON; its finished cells are not recomputed",
    },
    redis: { ...redisUrl, doc: `with --suite contest: its cells are computed by ${redisUrl.doc}` },
    ...hostOptions,
  },
  positionals: "[diff A.json B.json]",
  notes: [
    "bench --quick",
    "bench --suite contest --activations relu,gelu,swiglu --tasks all --level M",
    "bench --suite contest --tasks all --level L --redis redis://10.0.0.5:6379",
    "bench diff earlier.json later.json",
    "bench --activations all --suite activations",
    "bench --suite peers --only training,cold",
    'bench --activations relu,mish --formula "x * tanh(softplus(x))" --suite activations',
    "bench --target node --suite limits,steps --pytorch pytorch.json",
    "bench --suite language --activations relu,swiglu",
    "bench --suite limits,training,scaling --baseline results/earlier.json",
    "bench --activations relu,gelu,silu --dataset spirals:n=4096,turns=1.5 --layers 32,32 --epochs 30",
  ],
  async run({ options, positionals }, shell) {
    const { terminal, signal } = shell;
    if (positionals.length > 0) return await diff(terminal, positionals);
    const { target, gpu, headed } = options;
    const baseline = await readWith(options.baseline, readBaseline);
    const earlier = await readWith(options.resume, readResult);
    const text = options.text && textFile(options.text);
    const pytorch = await readWith(options.pytorch, readPytorch);
    const languageText = text ?? mobyDickText();
    const runs = (name: SuiteName): boolean =>
      name === "peers"
        ? shell.openComparison !== undefined
        : name !== "language" || languageText !== undefined;
    const asked = jobOptions({ ...options, text, languageText, pytorch }, suiteNames.filter(runs));
    if (text !== undefined && asked.suites.language === undefined && asked.suites.contest?.text === undefined)
      throw new ActigradError("usage", "--text needs the suite language, or the contest's task language", {
        hint: "add --suite language, or --tasks language",
      });
    const texts = asked.suites.language === undefined ? [text] : [languageText ?? textFile("moby-dick")];
    const cells = options.redis && (await contestCells(options.redis, asked.suites.contest, shell));
    const job = {
      ...asked,
      ...(baseline && { expectedAdapter: baseline.adapter }),
      ...(earlier && { expectedAdapter: earlier.adapter, earlier: earlier.results }),
      ...(cells && { earlier: { contest: cells } }),
    };
    const stem = `results/bench-${fileDate(new Date())}`;
    const { json = `${stem}.json`, report = `${stem}.html` } = options;
    for (const path of [json, report]) await expectWritable(path);
    const { peers } = job.suites;
    const comparison = peers && (await comparisonOf(shell, target));
    const browser = { gpu, headless: !headed, say: (line: string): void => terminal.say(line) };
    // What was resumed took the time of all its starts.
    const inAll = (one: BenchResult): BenchResult => ({
      ...one,
      seconds: one.seconds + (earlier?.seconds ?? 0),
    });
    let writing = Promise.resolve();
    const onEvent = ({ doing, secondsLeft, reached }: BenchEvent): void => {
      terminal.progress(doing, `${formatSeconds(secondsLeft)} left`);
      // A kill loses only the cell in progress. A failed write is reported at the end.
      if (reached)
        writing = writing
          .then(() => writeJsonFile("bench", json, inAll(reached), STYLE))
          .catch(() => undefined);
    };
    const runBench: RunJob<Pick<Jobs, "bench">> = comparison?.runJob ?? shell.runJob;
    const measured = await runBench("bench", job, {
      ...browser,
      target,
      signal,
      files: { read: [...datasetFiles(options.dataset), ...texts.flatMap((path) => path ?? [])] },
      onEvent,
    });
    const complete = comparison
      ? await comparison.complete(measured, peers, { browser, signal, onEvent })
      : measured;
    // What is said is said of the numbers as they are written: who reads the file comes to the same.
    const result = fromJson(toJson(inAll(complete), STYLE)) as BenchResult;
    print(terminal, result);
    await writing;
    await writeJsonFile("bench", json, result, STYLE);
    await writeAtomic(report, reportHtml(result));
    terminal.print(`results  ${json}`);
    terminal.print(`report   ${report}`);
    if (baseline === undefined) return result.complete ? 0 : 1;
    const compared = compareRuns(baseline, result);
    printTable(terminal, baselineTable(compared, baseline));
    return result.complete && !compared.rows.some(({ fell }) => fell) ? 0 : 1;
  },
});

/** `bench diff A B`: two results of the contest. @throws ActigradError "usage" */
async function diff(terminal: Terminal, [word, ...paths]: readonly string[]): Promise<number> {
  const [a, b] = paths;
  if (word !== "diff" || a === undefined || b === undefined || paths.length > 2)
    throw new ActigradError(
      "usage",
      `bench: expected diff and two files, got ${[word, ...paths].join(" ")}`,
      {
        hint: "as in bench diff earlier.json later.json",
      },
    );
  const read = async (path: string) => readResult(new TextDecoder().decode(await readBytes(path)), path);
  printTable(terminal, diffTable(await read(a), await read(b)));
  return 0;
}

const readWith = async <T>(
  path: string | undefined,
  read: (text: string, path: string) => T,
): Promise<T | undefined> =>
  path === undefined ? undefined : read(new TextDecoder().decode(await readBytes(path)), path);

/** @throws ActigradError "usage" if there is nothing to compare with */
async function comparisonOf({ openComparison, terminal }: Shell, target: string): Promise<Comparison> {
  if (openComparison === undefined) {
    throw new ActigradError("usage", "the suite peers is not part of the package: it needs the peers", {
      hint: "clone the repository, then npm ci && npm run bench -- --suite peers",
    });
  }
  if (target !== "chrome") {
    throw new ActigradError("usage", "the suite peers runs in Chrome, for which the peers are made", {
      hint: "leave --target out",
    });
  }
  terminal.progress("bundling the peers");
  return openComparison();
}

interface Given extends Omit<BenchChoice, "formulas" | "tasks" | "brief"> {
  readonly tasks?: readonly (TaskName | "all")[] | undefined;
  readonly suite: readonly (SuiteName | "default" | "all")[];
  readonly formula?: readonly string[];
}

/** Included in "all": the cost of a formula compared with the same function written by hand (mish, swish). */
const usualFormulas = ["x * tanh(softplus(x))", "x * sigmoid(beta * x); beta = 1 learned"];

/** @throws ActigradError "option" for an unknown activation, with the nearest name, "formula" with the column */
function jobOptions({ suite, formula = [], ...given }: Given, all: readonly SuiteName[]): BenchOptions {
  const written = given.activations?.includes("all") === true ? [...usualFormulas, ...formula] : formula;
  for (const text of written) parseActivation(text);
  const formulas = [...new Set(written)];
  const wanted = new Set(
    suite.flatMap((name) => (name === "default" ? usualSuites : name === "all" ? all : [name])),
  );
  const chosen = suiteNames.filter((name) => wanted.has(name));
  if (given.pytorch !== undefined && !chosen.includes("steps")) {
    throw new ActigradError("usage", "--pytorch needs the suite steps", {
      hint: "add --suite steps",
    });
  }
  // Only the comparison with peers times functions along rows.
  const rowwise: readonly string[] = chosen.every((name) => name === "peers") ? alongRows : [];
  // Only networks take activations that join several units.
  const trains = (["contest", "training", "language"] as const).some((name) => chosen.includes(name));
  const names = given.activations?.flatMap((name) => {
    if (name === "all") return [...Object.keys(activations), ...rowwise];
    if (rowwise.includes(name)) return [name];
    if (trains && Object.hasOwn(groupedActivations, name)) return [name];
    return [findActivation(name).name];
  });
  const tasks = given.tasks?.flatMap((name) => (name === "all" ? taskNames : [name]));
  const choice: BenchChoice = {
    ...given,
    brief: suite.join() === "default",
    activations: names && [...new Set(names)],
    formulas,
    tasks: tasks && [...new Set(tasks)],
  };
  const suiteOptions = chosen.map((name) => [name, suites[name].options(choice)]);
  return { quick: given.quick, suites: Object.fromEntries(suiteOptions) as BenchOptions["suites"] };
}

/** 2026-03-04-151617, local time */
function fileDate(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}-${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join("")}`;
}

function print(terminal: Terminal, result: BenchResult): void {
  const { host, date, seconds, results } = result;
  terminal.tell(`${terminal.style("bold", adapterName(result.adapter))}, ${host}, ${dateText(date)}`);
  for (const warning of warnings(result)) terminal.tell(warning, "yellow");
  for (const { suite, value } of entriesOf(results)) {
    const [first, ...rest] = suite.answer?.(value) ?? [];
    if (first !== undefined) {
      terminal.print();
      terminal.tell(terminal.style("bold", first));
      for (const sentence of rest) terminal.tell(sentence);
    }
  }
  for (const { suite, value } of entriesOf(results)) {
    for (const table of suite.tables(value)) printTable(terminal, table);
  }
  terminal.print();
  terminal.print(`took ${formatSeconds(seconds)}`);
}
