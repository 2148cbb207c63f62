import { existsSync } from "node:fs";
import { adapterName } from "../../../report/numbers.ts";
import { ActigradError } from "../../../core/errors.ts";
import { fromJson } from "../../../core/json.ts";
import { experiments, findExperiment } from "../../../experiments/index.ts";
import { debianFolder } from "../../../experiments/images.ts";
import { judge } from "../../../experiments/judge.ts";
import type { Changes } from "../../../experiments/drag.ts";
import { reportHtml } from "../../../experiments/report.ts";
import { type ExperimentsFile, FORMAT, type ExperimentResult } from "../../../experiments/result.ts";
import { type Progress, isCurrent } from "../../../experiments/run.ts";
import { setupOf } from "../../../experiments/setup.ts";
import { answerOf, resultTable } from "../../../experiments/table.ts";
import type { Experiment } from "../../../experiments/experiment.ts";
import { flag } from "../../../core/options.ts";
import { defineCommand } from "../command.ts";
import { writeJsonFile } from "../json-files.ts";
import { readBytes, writeAtomic } from "../../../host/files.ts";
import { type Terminal, formatSeconds } from "../terminal.ts";
import { hostOptions } from "./host-options.ts";

export const experiment = defineCommand({
  name: "experiment",
  summary: "Runs statements about activation functions as experiments that can fail.",
  positionals: "NAME...",
  options: {
    list: flag("print the experiments"),
    all: flag("all experiments, except those finished in the --json file"),
    seeds: {
      kind: "number",
      whole: true,
      min: 1,
      max: 64,
      doc: "number of seeds, one replica each (default: each experiment's own)",
    },
    set: {
      kind: "word",
      value: "FIELD=NUMBER",
      doc: "change what can be dragged on the lab page; such results are not compared with the reference",
    },
    quick: flag("run smaller trainings, whose verdicts may stay undecided"),
    json: {
      kind: "word",
      value: "FILE",
      writes: true,
      doc: "results file, written after each experiment and continued",
    },
    report: { kind: "word", value: "FILE", writes: true, doc: "self-contained HTML with a figure for each" },
    lang: { kind: "word", choices: ["en", "ko"], default: "en", doc: "language of the report" },
    data: {
      kind: "word",
      value: "FOLDER",
      doc: `Fashion-MNIST as IDX files (default: ${debianFolder}, else MNIST)`,
    },
    "search-again": flag("search learning rates again, and rerun experiments in the file"),
    ...hostOptions,
  },
  notes: [
    "Exit code 1 if a gate fails. Ctrl-C keeps the finished experiments.",
    "experiment linear-depth vanishing-gradient --json results/experiments.json",
    "experiment vanishing-gradient --set depth=5",
    "experiment --all --quick --report experiments.html",
  ],
  async run({ options, positionals }, { terminal, runJob, signal }) {
    const { target, gpu, headed, json, report, lang, quick, seeds, data } = options;
    if (options.list) return list(terminal);
    const wanted = chosen(positionals, options.all);
    const set = readChange(options.set);
    for (const one of wanted) setupOf(one, { quick, set }); // refuses a change that it does not allow
    const before = json === undefined || !existsSync(json) ? [] : await readResults(json);
    const kept = (e: Experiment): boolean =>
      options.all &&
      !options["search-again"] &&
      before.some((row) => isCurrent(row, e, { quick, seeds, set }));
    const due = wanted.filter((e) => !kept(e));
    const rows = new Map(before.map((row) => [row.name, row]));
    if (due.length < wanted.length) terminal.say(`${wanted.length - due.length} taken from ${json}`);
    let write = Promise.resolve();
    let host = "";
    const save = (): Promise<void> =>
      writeJsonFile("experiment", json, fileOf(host, rows, wanted), { digits: 7 });
    const rates =
      options["search-again"] || set !== undefined
        ? {}
        : Object.fromEntries(before.map((row) => [row.name, row.rates]));
    const job = { names: due.map(({ name }) => name), quick, seeds, set, data, rates };
    if (due.length > 0) {
      const done = await runJob("experiment", job, {
        target,
        gpu,
        headless: !headed,
        signal,
        files: { read: [data ?? debianFolder] },
        say: (line) => terminal.say(line),
        onEvent(event) {
          if (event.kind === "progress")
            return terminal.progress(doingOf(event), `${formatSeconds(event.secondsLeft)} left`);
          rows.set(event.result.name, event.result);
          terminal.say(lineOf(terminal, event.result));
          write = write.then(save);
        },
      });
      host = done.host;
    }
    await write;
    await save();
    const results = wanted.flatMap(({ name }) => rows.get(name) ?? []);
    print(terminal, results);
    if (report !== undefined) await writeAtomic(report, reportHtml(fileOf(host, rows, wanted), wanted, lang));
    const passed = results.every((row) => judge(findExperiment(row.name), row).passed);
    return passed && results.length === wanted.length ? 0 : 1;
  },
});

/** @throws ActigradError "usage" for anything but `FIELD=NUMBER` */
function readChange(text: string | undefined): Changes | undefined {
  if (text === undefined) return undefined;
  const [, field, value] = /^([\w.]+)=(\S+)$/.exec(text) ?? [];
  if (field !== undefined && Number.isFinite(Number(value))) return { [field]: Number(value) };
  throw new ActigradError("usage", `experiment: expected --set FIELD=NUMBER, got "${text}"`, {
    hint: "--list shows each experiment's field",
  });
}

/** @throws ActigradError "usage" without names, "option" for an unknown name */
function chosen(names: readonly string[], all: boolean): readonly Experiment[] {
  if (all && names.length > 0)
    throw new ActigradError("usage", `experiment: --all cannot be combined with "${names[0]}"`, {
      hint: "name experiments, or give --all",
    });
  if (all) return experiments;
  if (names.length > 0) return names.map(findExperiment);
  throw new ActigradError("usage", "experiment: no experiment named", { hint: "see --list, or give --all" });
}

/** @throws ActigradError "format" for a file of another kind */
async function readResults(path: string): Promise<readonly ExperimentResult[]> {
  const text = new TextDecoder().decode(await readBytes(path));
  const fault = (): ActigradError =>
    new ActigradError("format", `${path} is not a file of experiments`, {
      hint: `expected JSON of the format ${FORMAT}; name another file`,
    });
  let file: unknown;
  try {
    file = fromJson(text);
  } catch {
    throw fault();
  }
  const { format, rows } = (file ?? {}) as Partial<ExperimentsFile>;
  if (format !== FORMAT || !Array.isArray(rows)) throw fault();
  // Experiments that no longer exist are dropped.
  return rows.filter((row: ExperimentResult) => experiments.some(({ name }) => name === row.name));
}

const fileOf = (
  host: string,
  rows: ReadonlyMap<string, ExperimentResult>,
  wanted: readonly Experiment[],
): ExperimentsFile => ({
  format: FORMAT,
  host,
  complete: wanted.every(({ name }) => rows.has(name)),
  rows: experiments.flatMap(({ name }) => rows.get(name) ?? []),
});

function list(terminal: Terminal): number {
  const rows = experiments.map((e) => {
    const kind = e.exact === true ? "exact" : e.images === true ? "images" : "2-D";
    const { field, from, to } = e.drag;
    const about = formatSeconds(e.seconds[0]);
    return [e.name, String(e.row), kind, about, `${field}=${from}..${to}`, e.statement.en];
  });
  terminal.table([["name", "row", "", "about", "--set", "statement"], ...rows]);
  return 0;
}

function doingOf({ name, what, done }: Progress): string {
  const count = done === undefined ? "" : `, ${done[0]} of ${done[1]}`;
  return `${name}: ${what}${count}`;
}

function lineOf(terminal: Terminal, row: ExperimentResult): string {
  const mark = row.passed ? terminal.styleError("green", "ok") : terminal.styleError("red", "FAIL");
  return `${mark} ${row.name}: ${answerOf(row)}, ${formatSeconds(row.seconds)}`;
}

function print(terminal: Terminal, results: readonly ExperimentResult[]): void {
  const first = results[0];
  if (first === undefined) return;
  const { software } = first.adapter;
  terminal.tell(`${adapterName(first.adapter)}${software ? " (software: computes on the CPU)" : ""}`);
  const images = results.find((row) => row.images !== undefined)?.images;
  if (images !== undefined) {
    terminal.print(
      images === "fashion-mnist"
        ? "images: Fashion-MNIST"
        : "images: MNIST: reference figures are for Fashion-MNIST",
    );
  }
  terminal.print();
  const rows = resultTable(results);
  const styled = rows.map((row, i) =>
    row.map((cell) => (i > 0 && cell === "FAIL" ? terminal.style("red", cell) : cell)),
  );
  terminal.table(styled);
}
