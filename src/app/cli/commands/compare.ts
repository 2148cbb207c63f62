import { describeData, parseActivation } from "../../../index.ts";
import { reportHtml } from "../../compare/report.ts";
import { FORMAT, type CompareResult } from "../../compare/result.ts";
import { answerOf } from "../../../../bench/contest/answer.ts";
import { judge } from "../../../../bench/contest/judge.ts";
import { insideTable, tablesOf } from "../../../../bench/contest/table.ts";
import { namesOf } from "../../jobs/compare.ts";
import type { CompareEvent } from "../../jobs/compare.ts";
import { compareOptions } from "../../jobs/compare-options.ts";
import { writeAtomic } from "../../../host/files.ts";
import { adapterName } from "../../../report/numbers.ts";
import { defineCommand } from "../command.ts";
import { writeJsonFile } from "../json-files.ts";
import { printTable } from "../print-table.ts";
import { type Terminal, formatSeconds } from "../terminal.ts";
import { datasetFiles } from "./dataset-files.ts";
import { hostOptions } from "./host-options.ts";
import { checkChoices } from "./train.ts";

const options = {
  ...compareOptions,
  json: {
    kind: "word",
    value: "FILE",
    writes: true,
    doc: "every rate, and every score of every seed, as JSON",
  },
  report: { kind: "word", value: "FILE", writes: true, doc: "self-contained HTML" },
  ...hostOptions,
} as const;

export const compare = defineCommand({
  name: "compare",
  summary: "Trains activations against each other on your data, each at its own best learning rate.",
  options,
  positional: "dataset",
  notes: [
    "compare iris.csv",
    "compare iris.csv --activations relu,gelu,tanh --lr 1e-3,3e-3,1e-2 --seeds 10 --report iris.html",
    'compare mnist --model cnn --epochs 1 --seeds 3 --activations relu,silu --formula "x * tanh(x)"',
    "",
    "Rates are chosen on validation rows, the verdict is on test rows. Ctrl-C keeps the activations that are done.",
  ],
  async run({ options: { target, gpu, headed, json, report, ...job } }, { terminal, runJob, signal }) {
    checkChoices({ ...job, lr: job.lr ?? 0.001 });
    for (const name of namesOf(job)) parseActivation(name);
    const result = await runJob("compare", job, {
      target,
      gpu,
      headless: !headed,
      signal,
      files: { read: datasetFiles(job.dataset) },
      say: (line) => terminal.say(line),
      onEvent: (event) => show(terminal, event),
    });
    print(terminal, result);
    await writeJsonFile("compare", json, { format: FORMAT, options: job, ...result }, { digits: 7 });
    if (report !== undefined) await writeAtomic(report, reportHtml(result, new Date().toISOString()));
    for (const path of [json, report]) if (path !== undefined) terminal.print(`wrote ${path}`);
    return result.complete ? 0 : 1;
  },
});

function show(terminal: Terminal, event: CompareEvent): void {
  if (event.kind === "data") {
    for (const line of describeData(event.data)) terminal.tell(line);
    terminal.print();
    return;
  }
  terminal.progress(event.doing, `${formatSeconds(event.secondsLeft)} left`);
}

function print(terminal: Terminal, result: CompareResult): void {
  const { adapter, host, seconds, complete, contest } = result;
  const reached = contest.tasks.some(({ cells }) => cells.length > 0);
  const computes = adapter.software ? " (software adapter: computes on the CPU)" : "";
  terminal.tell(`${adapterName(adapter)}${computes}, ${host}`);
  if (!complete)
    terminal.print(
      terminal.style(
        "yellow",
        reached ? "stopped: only finished cells are shown" : "stopped before a cell finished",
      ),
    );
  if (reached) {
    const verdict = judge(contest);
    const [first, ...rest] = answerOf(contest, verdict);
    terminal.print();
    if (first !== undefined) terminal.tell(first, "bold");
    for (const sentence of rest) terminal.tell(sentence);
    for (const table of [...tablesOf(contest, verdict), insideTable(contest)]) printTable(terminal, table);
  }
  terminal.print();
  terminal.print(`took ${formatSeconds(seconds)}`);
}
