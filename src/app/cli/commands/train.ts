import { fromJson, toJson } from "../../../core/json.ts";
import { median, range } from "../../../core/statistics.ts";
import { existsSync } from "node:fs";
import {
  type Profile,
  ActigradError,
  type MatmulTile,
  type TuneResult,
  activations,
  checkFormula,
  describeData,
  describeCheck,
  initNames,
  isFormula,
  losses,
  optimizers,
  parseActivation,
  parseInit,
  schedules,
  traceOf,
} from "../../../index.ts";
import { type UpdateChoice, chooseClip, chooseLoss, chooseOptimizer } from "../../jobs/choices.ts";
import type { Rates, TrainEvent, TrainResult } from "../../jobs/train-result.ts";
import { type TrainOptions, trainOptions } from "../../jobs/train-options.ts";
import { type Option, themed } from "../../../core/options.ts";
import { defineCommand } from "../command.ts";
import { writeJsonFile } from "../json-files.ts";
import { readBytes, writeAtomic, writeJson } from "../../../host/files.ts";
import { type Terminal, formatSeconds } from "../terminal.ts";
import { datasetFiles } from "./dataset-files.ts";
import { hostOptions } from "./host-options.ts";
import { printProfile } from "./profile-table.ts";
import { languageModels, ownTextOptions } from "../../jobs/text-options.ts";
import {
  isLanguageModel,
  reportText,
  showText,
  rowOptionsOf,
  textFile,
  textOptionsOf,
  tokenizerFiles,
} from "./train-text.ts";

/** An option whose help ends with the engine's names. */
const listed = <O extends Option>(option: O, names: readonly string[]): O => ({
  ...option,
  doc: `${option.doc}: ${names.join(", ")}`,
});

export const train = defineCommand({
  name: "train",
  summary: "Trains a network on the GPU and reports its test accuracy.",
  options: {
    ...trainOptions,
    activation: listed(trainOptions.activation, [...Object.keys(activations).slice(0, 6), "..."]),
    init: listed(trainOptions.init, initNames),
    loss: listed(trainOptions.loss, Object.keys(losses)),
    optimizer: listed(trainOptions.optimizer, Object.keys(optimizers)),
    schedule: listed(trainOptions.schedule, Object.keys(schedules)),
    model: {
      ...trainOptions.model,
      choices: [...trainOptions.model.choices, ...languageModels],
      doc: `${trainOptions.model.doc}; for a text gpt, or a recurrent rnn, gru or lstm`,
    },
    ...ownTextOptions,
    json: { kind: "word", value: "FILE", writes: true, doc: "write losses, evaluations and costs as JSON" },
    ...themed("memory and speed", {
      tiles: {
        kind: "word",
        value: "FILE",
        writes: true,
        doc: "keep what --tune finds in FILE, and reuse what is there (turns --tune on)",
      },
    }),
    ...themed("looking inside", {
      timeline: {
        kind: "word",
        value: "FILE",
        writes: true,
        doc: "write the profile as a trace, for ui.perfetto.dev or chrome://tracing",
      },
    }),
    ...hostOptions,
  },
  positional: "dataset",
  notes: [
    "train mnist --layers 128,64 --activation gelu --epochs 5 --seed 1",
    "train iris.csv --layers 16 --epochs 200 --lr 1e-3,3e-3,1e-2 --save iris.safetensors",
    "train mnist --model cnn --optimizer sgd --momentum 0.9 --lr 0.05 --batch 64 --epochs 1",
    "train spirals:n=400,turns=1.5 --layers 16,16 --activation tanh --activation relu --epochs 1500",
    "train --optimizer sgd:momentum=0.9,nesterov --lr 0.1 --schedule cosine --warmup 200 --ema 0.999",
    "train --loss cross_entropy:labelSmoothing=0.1 --checkpoint run.safetensors",
    "train moby-dick --model gpt --layers 4 --heads 4 --width 128 --context 64 --activation swiglu --sample-every 250",
    'train --activation "x * tanh(softplus(x))"',
    'train --activation "x * sigmoid(beta * x); beta = 1 learned"',
    "",
    "A formula has numbers, x, parameters (declared after a semicolon, fixed or learned), + - * / ^, " +
      "where(a < b, c, d) with < <= > >= == !=, min, max, abs, exp, log, sqrt, sin, cos, tanh, sigmoid, softplus, " +
      "relu, erf, and the activations by name. Its derivatives are checked before anything is trained.",
  ],
  async run({ options }, { terminal, runJob, signal }) {
    const { target, gpu, headed, json, tiles, timeline, ...asked } = options;
    const { model, ...others } = asked;
    // Writing a profile requires measuring it.
    const measured = {
      profile: asked.profile || timeline !== undefined,
      tune: asked.tune || tiles !== undefined,
    };
    if (isLanguageModel(model)) {
      const text = textFile(asked.dataset);
      const job = textOptionsOf({ ...others, ...measured, model }, text);
      const result = await runJob("trainText", job, {
        target,
        gpu,
        headless: !headed,
        signal,
        files: {
          read: [text, ...tokenizerFiles(asked.tokenizer), ...given(asked.load)],
          write: given(asked.save),
        },
        say: (line) => terminal.say(line),
        onEvent: (event) => showText(terminal, event),
      });
      reportText(terminal, result);
      await showProfile(terminal, result.profile, timeline);
      await writeJsonFile("text", json, { format: "actigrad-text-1", options: job, ...result });
      return result.aborted ? 1 : 0;
    }
    const rows = rowOptionsOf(others);
    const job = { ...rows, ...measured, model };
    checkChoices(job);
    const known = await tilesOf(tiles);
    for (const text of new Set(job.activation)) showFormula(terminal, text);
    const files = {
      read: [...datasetFiles(job.dataset), ...given(job.resume)],
      write: [...given(job.save), ...given(job.checkpoint)],
    };
    const result = await runJob(
      "train",
      { ...job, tiles: known },
      {
        target,
        gpu,
        headless: !headed,
        signal,
        files,
        say: (line) => terminal.say(line),
        onEvent: (event) => show(terminal, event),
      },
    );
    report(terminal, result, job);
    if (result.tuned !== undefined) printTuned(terminal, result.tuned);
    if (tiles !== undefined && result.tuned !== undefined) await writeJson(tiles, result.tuned.tiles);
    await showProfile(terminal, result.profile, timeline);
    await writeJsonFile("train", json, { format: "actigrad-train-1", options: job, ...result });
    if (result.failure !== undefined) {
      terminal.say(
        terminal.styleError("red", `error: ${result.failure.message}; ${result.failure.hint ?? ""}`),
      );
    }
    return passed(result, job.check) ? 0 : 1;
  },
});

/** Prints a profile, and writes its timeline if requested. */
async function showProfile(
  terminal: Terminal,
  profile: Profile | undefined,
  timeline: string | undefined,
): Promise<void> {
  if (profile === undefined) return;
  printProfile(terminal, profile);
  if (timeline === undefined) return;
  await writeAtomic(timeline, `${toJson(traceOf(profile))}\n`);
  terminal.print(`timeline ${timeline}: open it at https://ui.perfetto.dev`);
}

/** A file's tiles, not checked here, because that depends on the adapter. */
async function tilesOf(path: string | undefined): Promise<unknown> {
  if (path === undefined || !existsSync(path)) return undefined;
  const text = new TextDecoder().decode(await readBytes(path));
  try {
    return fromJson(text);
  } catch (cause) {
    throw new ActigradError("file", `${path}: not JSON`, { hint: "remove the file to measure again", cause });
  }
}

/** One line per measured product: the time of the engine's choice, and of its replacement. */
function printTuned(terminal: Terminal, { products, tiles }: TuneResult): void {
  terminal.print();
  const name = ({ rows, slots, quad }: MatmulTile): string =>
    `${rows}x${4 * slots}${quad ? " in quads" : ""}`;
  const rows = products.map(({ form, sizes: { z, m, n, k }, tried, tile }) => {
    const own = tried[0]!;
    const taken = tried.find((t) => t.tile === tile) ?? own;
    const { ms } = taken;
    return [form, `${z}x${m}x${n}x${k}`, name(own.tile), own.ms.toFixed(2), name(tile), ms.toFixed(2)];
  });
  const heading = ["product", "replicas x rows x columns x terms", "own tile", "ms", "taken", "ms"];
  if (rows.length > 0) terminal.table([heading, ...rows]);
  terminal.print(`tuned: ${products.length} products measured, ${Object.keys(tiles).length} tiles known`);
}

const given = (path: string | undefined): string[] => (path === undefined ? [] : [path]);

/** Faults in names and their options are reported before anything starts. */
export function checkChoices(options: UpdateChoice & Pick<TrainOptions, "init" | "loss">): void {
  parseInit(options.init);
  if (options.loss !== undefined) chooseLoss(options.loss);
  chooseOptimizer(options, 100, 10);
  chooseClip(options);
}

/** The result of checking a formula; nothing for a name. @throws ActigradError for anything else */
function showFormula(terminal: Terminal, text: string): void {
  const record = parseActivation(text).activation;
  if (record === undefined || !isFormula(record)) return;
  const check = checkFormula(record);
  for (const line of describeCheck(check)) terminal.tell(line);
  terminal.print();
  if (!check.agrees) throw new ActigradError("formula", `${text}: its derivatives disagree`);
}

const passed = ({ failure, check, validation, aborted, evaluations }: TrainResult, wanted: number): boolean =>
  failure === undefined &&
  !aborted &&
  evaluations.every(({ loss }) => loss.every(Number.isFinite)) &&
  (wanted === 0 || (check !== undefined && check.worst <= 1e-5)) &&
  (validation === undefined || validation.firstBad === null);

const percent = (shares: readonly number[]): string => spread(shares.map((s) => s * 100)) + " %";

/** One number, or median [least, greatest] of several. */
function spread(values: readonly number[], digits = 2): string {
  const { median, low, high } = range(values)!;
  return values.length === 1
    ? median.toFixed(digits)
    : `${median.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

function show(terminal: Terminal, event: TrainEvent): void {
  if (event.kind === "data") {
    for (const line of describeData(event.description)) terminal.tell(line);
    terminal.print();
  } else if (event.kind === "trace") {
    terminal.print(event.text);
    terminal.print();
  } else if (event.kind === "restarted") {
    terminal.say(`continues from step ${event.step}`);
  } else if (event.kind === "check") {
    terminal.progress(`float64 reference: step ${event.step} of ${event.steps}`);
  } else if (event.kind === "tune") {
    terminal.progress(`tuning: product ${event.done + 1} of ${event.of}`);
  } else if (event.kind === "recovered") {
    terminal.tell(
      `${event.reason}; continued from step ${event.step} after ${formatSeconds(event.lostMs / 1000)}`,
    );
  } else if (event.kind === "profile") {
    terminal.progress(event.doing);
  } else {
    const { step, steps, epoch, loss, accuracy, imagesPerSecond, secondsLeft } = event;
    const known = accuracy.length === 0 ? "" : `  test accuracy ${(100 * median(accuracy)).toFixed(2)} %`;
    terminal.progress(
      `epoch ${epoch + 1}  step ${step}/${steps}  loss ${median(loss).toFixed(4)}${known}  ` +
        `${Math.round(imagesPerSecond)} rows/s`,
      `${formatSeconds(secondsLeft)} left`,
    );
  }
}

/** The result of each learning rate, and which is best on the validation rows. */
function printRates(terminal: Terminal, { data }: TrainResult, { trials, chosen }: Rates): void {
  const classes = data.target.kind === "classes";
  const show = (scores: readonly number[]): string => (classes ? percent(scores) : spread(scores, 6));
  const name = classes ? "accuracy" : "rmse";
  const rows = trials.map(({ rate, validation, test, diverged }) => [
    `${rate}${rate === chosen?.rate ? "*" : chosen === null ? "" : " "}`,
    ...(chosen === null ? [] : [show(validation)]),
    show(test),
    diverged.includes(true) ? `diverged: ${diverged.filter(Boolean).length} of ${diverged.length}` : "",
  ]);
  const heading = ["learning rate", ...(chosen === null ? [] : [`validation ${name}`]), `test ${name}`, ""];
  terminal.print();
  terminal.table([heading, ...rows]);
  if (chosen === null) return;
  const edge =
    chosen.edge === null ? "" : `: the ${chosen.edge}est given, a ${chosen.edge}er one may be better`;
  terminal.print(`* best on the validation rows${edge}`);
}

/** Top-k accuracy and the confusion matrix after the last epoch, if requested. */
function printMetrics(
  terminal: Terminal,
  last: TrainResult["evaluations"][number] | undefined,
  { target }: TrainResult["data"],
  columns: Columns,
): void {
  if (last?.topK !== undefined) terminal.print(`top-k accuracy ${percent(columns(last.topK))}`);
  const [matrix] = columns(last?.confusion ?? []);
  if (matrix === undefined || target.kind !== "classes") return;
  terminal.print();
  const names = target.classes.map(({ name }) => name);
  const heading = ["label \\ prediction", ...names];
  terminal.table([heading, ...matrix.map((row, c) => [names[c]!, ...row.map(String)])]);
}

/** Of a list with one element per replica, those to show. */
type Columns = <T>(list: readonly T[]) => readonly T[];

/** Most epochs in the table. */
const LINES = 24;

function report(
  terminal: Terminal,
  result: TrainResult,
  { trace, lr }: Pick<TrainOptions, "trace" | "lr">,
): void {
  const { adapter, host, evaluations, start, steps, seconds, cost, check, validation, rates } = result;
  const curves = result.losses;
  const each = curves.length / lr.length;
  const chosen = rates?.chosen?.rate;
  const shown = chosen === undefined ? 0 : lr.indexOf(chosen);
  const columns: Columns = (list) =>
    chosen === undefined ? list : list.slice(shown * each, (shown + 1) * each);
  const name = [adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(" ");
  terminal.tell(`${name}${adapter.software ? " (software adapter: computes on the CPU)" : ""}, ${host}`);
  if (curves.length > 1) terminal.print(`${curves.length} replicas`);
  if (chosen !== undefined) terminal.print(`below: those at the learning rate ${chosen}`);
  if (start > 0) terminal.print(`resumed after ${start} steps`);
  terminal.print();
  const every = Math.ceil(evaluations.length / LINES);
  const told = evaluations.filter((_, i) => (evaluations.length - 1 - i) % every === 0);
  const table = told.map(({ epoch, step, loss, accuracy, rmse }) => [
    String(epoch + 1),
    spread(
      columns(curves).map((l) => l[step - start - 1] ?? NaN),
      4,
    ),
    spread(columns(loss), 4),
    rmse !== undefined ? spread(columns(rmse), 6) : accuracy.length === 0 ? "-" : percent(columns(accuracy)),
  ]);
  const measure = result.data.target.kind === "values" ? "test rmse (own units)" : "test accuracy";
  if (table.length > 0) {
    terminal.table([["epoch", "last batch's loss", "test loss", measure], ...table]);
    if (every > 1) terminal.print(terminal.style("dim", `one epoch in ${every}; --json FILE has all`));
  }
  if (rates !== undefined) printRates(terminal, result, rates);
  printMetrics(terminal, evaluations.at(-1), result.data, columns);
  const bad = evaluations.find(({ loss }) => !loss.every(Number.isFinite));
  if (bad !== undefined)
    terminal.print(terminal.style("red", `the test loss after epoch ${bad.epoch + 1} is not finite`));
  const done = result.failure !== undefined ? "diverged after" : result.aborted ? "stopped after" : "trained";
  terminal.print();
  terminal.tell(
    `${done} ${steps} steps in ${formatSeconds(seconds)}, ${((seconds * 1000) / Math.max(1, steps)).toFixed(2)} ms per step`,
  );
  if (trace && cost !== undefined) {
    const { dispatches, submits, buffers, bindGroups, pipelines, jsMs } = cost;
    terminal.tell(
      `a step in the steady state: ${dispatches.toFixed(0)} dispatches, 1/${Math.round(1 / submits)} submit, created ` +
        `${buffers} buffers, ${bindGroups} bind groups, ${pipelines} pipelines; JavaScript ${jsMs.toFixed(3)} ms`,
    );
  }
  if (check !== undefined) {
    const verdict = check.worst <= 1e-5 ? "agree" : terminal.style("red", "DISAGREE");
    terminal.tell(
      `the first ${check.steps} losses ${verdict} with float64: largest relative difference ${check.worst.toExponential(1)} ` +
        `(step ${check.step + 1}; 1e-5 allowed)`,
    );
  }
  if (validation !== undefined) {
    const { tensors, firstBad } = validation;
    terminal.tell(
      firstBad === null
        ? `validate: all ${tensors} tensors of a step agree with float64 on their dispatch's inputs`
        : terminal.style("red", `validate: the first kernel that differs: ${toJson(firstBad)}`),
    );
  }
  if (result.saved !== undefined) terminal.print(`saved ${result.saved}`);
}
