import { fromJson, toJson } from "../../../core/json.ts";
import { existsSync } from "node:fs";
import {
  ActigradError,
  type MatmulTile,
  type TuneResult,
  activations,
  checkFormula,
  describeCheck,
  initNames,
  networkNames,
  normNames,
  isFormula,
  losses,
  optimizers,
  parseActivation,
  parseInit,
  schedules,
  traceOf,
} from "../../../index.ts";
import { type UpdateChoice, chooseClip, chooseLoss, chooseOptimizer } from "../../jobs/choices.ts";
import type { TrainEvent, TrainResult } from "../../jobs/train.ts";
import { defineCommand } from "../command.ts";
import { expectWritable, readBytes, writeAtomic, writeJson } from "../../../host/files.ts";
import { type Terminal, formatSeconds, formatTable } from "../terminal.ts";
import { datasetFiles } from "./dataset-files.ts";
import { hostOptions } from "./host-options.ts";
import { printProfile } from "./profile-table.ts";

export const train = defineCommand({
  name: "train",
  summary: "Trains a network on the GPU and reports its test accuracy.",
  options: {
    dataset: {
      type: "string",
      default: "mnist",
      help: "mnist, spirals, circles, xor, moons, a folder of IDX files, a .csv, or x.npy,y.npy; options after a colon",
    },
    model: {
      type: "string",
      choices: networkNames,
      default: "mlp",
      help: "a multilayer perceptron; of images also cnn (two convolutions) or resnet (residual blocks, batch norm)",
    },
    norm: {
      type: "string",
      choices: normNames,
      help: "normalisation before each activation: none, but batch for a resnet, by default",
    },
    layers: { type: "numbers", default: [128, 64], min: 1, help: "widths of the hidden layers of an mlp" },
    activation: {
      type: "repeated",
      default: ["relu"],
      value: "NAME|FORMULA",
      help: `given once for all hidden layers, or once for each; a name, with options after a colon (${Object.keys(activations).slice(0, 6).join(", ")}, ...), or a formula in x`,
    },
    init: {
      type: "string",
      default: "fit",
      value: "NAME",
      help: `starting weights; options after a colon (orthogonal:gain=1.4, he:gain=activation,mode=out): ${initNames.join(", ")}`,
    },
    loss: {
      type: "string",
      help: `what is made small; options after a colon (huber:delta=2); by default what suits the data: ${Object.keys(losses).join(", ")}`,
    },
    optimizer: {
      type: "string",
      default: "adam",
      help: `how weights are updated; options after a colon (sgd:momentum=0.9,nesterov): ${Object.keys(optimizers).join(", ")}`,
    },
    lr: { type: "number", default: 0.001, min: 0, help: "learning rate" },
    momentum: { type: "number", min: 0, help: "of sgd and rmsprop" },
    "weight-decay": { type: "number", min: 0, help: "0; for adamw 0.01" },
    schedule: {
      type: "string",
      help: `of the learning rate over the updates (cosine:etaMin=1e-5): ${Object.keys(schedules).join(", ")}`,
    },
    warmup: { type: "integer", min: 0, value: "UPDATES", help: "in which the learning rate rises from 0" },
    "clip-norm": {
      type: "number",
      value: "MAX",
      help: "scales the gradients down to this norm of all together",
    },
    "clip-value": { type: "number", value: "MAX", help: "clamps each number of the gradients" },
    accumulate: {
      type: "integer",
      min: 1,
      value: "STEPS",
      help: "averages the gradients of so many steps for an update",
    },
    ema: {
      type: "number",
      min: 0,
      value: "DECAY",
      help: "evaluates and saves a moving average of the weights",
    },
    recompute: {
      type: "integer",
      min: 0,
      value: "BYTES",
      help: "what backward may hold of the forward pass; the rest is computed again: less memory, the same bits",
    },
    batch: { type: "integer", default: 128, min: 1, help: "rows of a step" },
    epochs: { type: "integer", default: 5, min: 1, help: "passes over the training rows" },
    seed: {
      type: "integer",
      default: 0,
      min: 0,
      help: "of the weights (replica r takes seed + r) and of the order",
    },
    replicas: { type: "integer", default: 1, min: 1, max: 1024, help: "networks trained in one step" },
    "steps-per-submit": {
      type: "integer",
      min: 1,
      max: 64,
      help: "pins it; else what fits 500 ms, at most 64",
    },
    save: {
      type: "string",
      value: "FILE",
      help: "write the weights as safetensors, PyTorch's names and layouts",
    },
    checkpoint: {
      type: "string",
      value: "FILE",
      help: "write all that training needs to go on, after each epoch and at the end: whole or not at all",
    },
    "checkpoint-every": {
      type: "integer",
      min: 1,
      value: "STEPS",
      help: "write it after so many steps instead",
    },
    resume: {
      type: "string",
      value: "FILE",
      help: "go on from a checkpoint, with the options that it was written with: the same bits as without a stop",
    },
    json: { type: "string", value: "FILE", help: "write losses, evaluations and costs as JSON" },
    "top-k": {
      type: "integer",
      min: 1,
      value: "K",
      help: "also report how often the label is among the K largest outputs",
    },
    confusion: { type: "boolean", help: "print which class was taken for which, of the first replica" },
    summary: {
      type: "boolean",
      help: "print the layers: output, parameters, FLOPs, bytes saved for backward, what is computed again",
    },
    trace: { type: "boolean", help: "print the plan: dispatches, buffers, and what a step costs" },
    check: {
      type: "integer",
      default: 0,
      min: 0,
      help: "compare this many first losses with float64 on the CPU",
    },
    validate: { type: "boolean", help: "at the end, check each dispatch of a step against float64" },
    tune: {
      type: "boolean",
      help: "first measure a few tiles for each product above 1 ms, and take the fastest; no loss changes by a bit",
    },
    tiles: {
      type: "string",
      value: "FILE",
      help: "keep what --tune finds in FILE, and do not measure again what is there (turns --tune on)",
    },
    profile: {
      type: "boolean",
      help: "at the end, print where a step's time goes: each dispatch, its rates",
    },
    timeline: {
      type: "string",
      value: "FILE",
      help: "write the profile as a trace, for ui.perfetto.dev or chrome://tracing",
    },
    ...hostOptions,
  },
  notes: [
    "train --dataset mnist --layers 128,64 --activation gelu --epochs 5 --seed 1",
    "train --dataset mnist --model cnn --optimizer sgd --momentum 0.9 --lr 0.05 --batch 64 --epochs 1",
    "train --dataset spirals:n=400,turns=1.5 --layers 16,16 --activation tanh --activation relu --batch 400 --epochs 1500 --lr 0.01",
    "train --optimizer sgd:momentum=0.9,nesterov --lr 0.1 --schedule cosine --warmup 200 --clip-norm 1 --ema 0.999",
    "train --loss cross_entropy:labelSmoothing=0.1 --checkpoint run.safetensors   (then --resume run.safetensors)",
    'train --activation "x * tanh(softplus(x))"',
    'train --activation "x * sigmoid(beta * x); beta = 1 learned"',
    "",
    "A formula has numbers, x, parameters (declared behind a semicolon, fixed or learned), + - * / ^,",
    "where(a < b, c, d) with < <= > >= == !=, min, max, abs, exp, log, sqrt, sin, cos, tanh, sigmoid, softplus,",
    "relu, erf, and the activations by name. Its derivatives are checked before anything is trained.",
  ],
  async run({ options }, { terminal, runJob, signal }) {
    const { target, gpu, headed, json, activation } = options;
    const job = {
      ...options,
      activations: activation,
      weightDecay: options["weight-decay"],
      topK: options["top-k"],
      clipNorm: options["clip-norm"],
      clipValue: options["clip-value"],
      checkpointEvery: options["checkpoint-every"],
      stepsPerSubmit: options["steps-per-submit"],
      profile: options.profile || options.timeline !== undefined,
      tune: options.tune || options.tiles !== undefined,
      tiles: await tilesOf(options.tiles),
      budgetMs: 500,
    };
    checkChoices(job);
    for (const path of [...given(options.timeline), ...given(options.tiles)]) await expectWritable(path);
    for (const text of new Set(activation)) showFormula(terminal, text);
    const files = {
      read: [...datasetFiles(options.dataset), ...given(options.resume)],
      write: [...given(options.save), ...given(options.checkpoint)],
    };
    const result = await runJob("train", job, {
      target,
      gpu,
      headless: !headed,
      signal,
      files,
      say: (line) => terminal.say(line),
      onEvent: (event) => show(terminal, event),
    });
    report(terminal, result, options.trace);
    if (result.tuned !== undefined) printTuned(terminal, result.tuned);
    if (options.tiles !== undefined && result.tuned !== undefined)
      await writeJson(options.tiles, result.tuned.tiles);
    if (result.profile !== undefined) printProfile(terminal, result.profile);
    if (options.timeline !== undefined && result.profile !== undefined) {
      await writeAtomic(options.timeline, `${toJson(traceOf(result.profile))}\n`);
      terminal.print(`timeline ${options.timeline}: open it at https://ui.perfetto.dev`);
    }
    if (json !== undefined) await writeJson(json, { format: "actigrad-train-1", options: job, ...result });
    if (result.failure !== undefined) {
      terminal.say(
        terminal.styleError("red", `error: ${result.failure.message}; ${result.failure.hint ?? ""}`),
      );
    }
    return passed(result, job.check) ? 0 : 1;
  },
});

/** What a file of tiles has; the job checks it, since that depends on the adapter. */
async function tilesOf(path: string | undefined): Promise<unknown> {
  if (path === undefined || !existsSync(path)) return undefined;
  const text = new TextDecoder().decode(await readBytes(path));
  try {
    return fromJson(text);
  } catch (cause) {
    throw new ActigradError("file", `${path}: no JSON`, { hint: "remove the file to measure anew", cause });
  }
}

/** One line a product that was measured: what the engine's own choice takes, and what was taken instead. */
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
  if (rows.length > 0) for (const line of formatTable([heading, ...rows])) terminal.print(line);
  terminal.print(`tuned: ${products.length} products measured, ${Object.keys(tiles).length} tiles known`);
}

const given = (path: string | undefined): string[] => (path === undefined ? [] : [path]);

/** What is wrong with the names and options is said before anything is started. */
function checkChoices(
  options: UpdateChoice & {
    readonly init: string;
    readonly loss?: string | undefined;
    readonly ema?: number | undefined;
  },
): void {
  parseInit(options.init);
  if (options.loss !== undefined) chooseLoss(options.loss);
  chooseOptimizer(options, 100, 10);
  chooseClip(options);
  if (options.ema !== undefined && options.ema >= 1)
    throw new ActigradError("option", `--ema: expected a number below 1, got ${options.ema}`);
}

/** What a check of a formula finds; nothing for a name. @throws ActigradError for what is neither */
function showFormula(terminal: Terminal, text: string): void {
  const record = parseActivation(text).activation;
  if (record === undefined || !isFormula(record)) return;
  const check = checkFormula(record);
  for (const line of describeCheck(check)) terminal.print(line);
  terminal.print();
  if (!check.agrees) throw new ActigradError("formula", `${text}: the ways to its derivative disagree`);
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
  const sorted = Float64Array.from(values).toSorted(); // NaN comes last
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  const median = ((low + high) / 2).toFixed(digits);
  return sorted.length === 1
    ? median
    : `${median} [${sorted[0]!.toFixed(digits)}, ${sorted.at(-1)!.toFixed(digits)}]`;
}

function show(terminal: Terminal, event: TrainEvent): void {
  if (event.kind === "trace") {
    terminal.print(event.text);
    terminal.print();
  } else if (event.kind === "check") {
    terminal.progress(`float64 reference: step ${event.step} of ${event.steps}`);
  } else if (event.kind === "tune") {
    terminal.progress(`tuning: product ${event.done + 1} of ${event.of}`);
  } else if (event.kind === "profile") {
    terminal.progress(event.doing);
  } else {
    const { step, steps, epoch, loss, accuracy, imagesPerSecond, secondsLeft } = event;
    const known = accuracy.length === 0 ? "" : `  test accuracy ${percent(accuracy)}`;
    terminal.progress(
      `epoch ${epoch + 1}  step ${step}/${steps}  loss ${spread(loss, 4)}${known}  ` +
        `${Math.round(imagesPerSecond)} images/s  ${formatSeconds(secondsLeft)} left`,
    );
  }
}

/** Top-k accuracy and the confusion matrix after the last epoch, where they were asked for. */
function printMetrics(terminal: Terminal, last: TrainResult["evaluations"][number] | undefined): void {
  if (last?.topK !== undefined) terminal.print(`top-k accuracy ${percent(last.topK)}`);
  const [matrix] = last?.confusion ?? [];
  if (matrix === undefined) return;
  terminal.print();
  const heading = ["label \\ prediction", ...matrix.map((_, c) => String(c))];
  for (const line of formatTable([heading, ...matrix.map((row, c) => [String(c), ...row.map(String)])]))
    terminal.print(line);
}

function report(terminal: Terminal, result: TrainResult, trace: boolean): void {
  const { adapter, host, rows, evaluations, start, steps, seconds, cost, check, validation } = result;
  const curves = result.losses;
  const name = [adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(" ");
  terminal.print(`${name}${adapter.software ? " (software adapter: computes on the CPU)" : ""}, ${host}`);
  terminal.print(`${rows.train} training rows, ${rows.test} test rows, ${curves.length} replica(s)`);
  if (start > 0) terminal.print(`resumed after ${start} steps`);
  terminal.print();
  const table = evaluations.map(({ epoch, step, loss, accuracy }) => [
    String(epoch + 1),
    spread(
      curves.map((l) => l[step - start - 1] ?? NaN),
      4,
    ),
    spread(loss, 4),
    accuracy.length === 0 ? "-" : percent(accuracy),
  ]);
  if (table.length > 0) {
    for (const line of formatTable([["epoch", "last batch's loss", "test loss", "test accuracy"], ...table]))
      terminal.print(line);
  }
  printMetrics(terminal, evaluations.at(-1));
  const bad = evaluations.find(({ loss }) => !loss.every(Number.isFinite));
  if (bad !== undefined)
    terminal.print(terminal.style("red", `the test loss after epoch ${bad.epoch + 1} is not finite`));
  const done = result.failure !== undefined ? "diverged after" : result.aborted ? "stopped after" : "trained";
  terminal.print();
  terminal.print(
    `${done} ${steps} steps in ${formatSeconds(seconds)}, ${((seconds * 1000) / Math.max(1, steps)).toFixed(2)} ms a step`,
  );
  if (trace && cost !== undefined) {
    const { dispatches, submits, buffers, bindGroups, pipelines, jsMs } = cost;
    terminal.print(
      `a step in the steady state: ${dispatches.toFixed(0)} dispatches, 1/${Math.round(1 / submits)} submit, created ` +
        `${buffers} buffers, ${bindGroups} bind groups, ${pipelines} pipelines; JavaScript ${jsMs.toFixed(3)} ms`,
    );
  }
  if (check !== undefined) {
    const verdict = check.worst <= 1e-5 ? "agree" : terminal.style("red", "DISAGREE");
    terminal.print(
      `the first ${check.steps} losses ${verdict} with float64: largest relative difference ${check.worst.toExponential(1)} ` +
        `(step ${check.step + 1}; 1e-5 allowed)`,
    );
  }
  if (validation !== undefined) {
    const { tensors, firstBad } = validation;
    terminal.print(
      firstBad === null
        ? `validate: all ${tensors} tensors of a step agree with float64 on their dispatch's inputs`
        : terminal.style("red", `validate: the first kernel that is off: ${toJson(firstBad)}`),
    );
  }
  if (result.saved !== undefined) terminal.print(`saved ${result.saved}`);
}
