/** The worker: opens the GPU, trains, inspects networks, times kernels. It answers with the protocol's events. */
import {
  ActigradError,
  type Gpu,
  activations,
  describeSynthetic,
  device,
  groupedActivations,
} from "../../../index.ts";
import { toRecord } from "../../../host/job.ts";
import type { BenchEvent } from "../../../../bench/result.ts";
import type { Contests } from "./contests.ts";
import type { Catalogue, ContestRequest, Event, NoGpu, Request, StatementRequest } from "./protocol.ts";
import type { Race } from "./race.ts";
import type { Statements } from "./statements.ts";
import { Watcher } from "./watcher.ts";
import { readFiles } from "./files.ts";
import { shapeOf } from "./shape.ts";

/** Losses and pictures are transferred without copying. */
function emit(event: Event): void {
  const transfer =
    event.kind === "losses"
      ? event.losses.map(({ buffer }) => buffer)
      : event.kind === "cloud"
        ? [event.pixels.buffer]
        : event.kind === "saved"
          ? [event.bytes.buffer]
          : [];
  postMessage(event, { transfer });
}

let gpu: Promise<Gpu | undefined> = open();
let race: Race | undefined;
/** Increases with every request for another race, so that an older one's preparation is abandoned. */
let wished = 0;
let pace = 0;
const watcher = new Watcher(emit);
let benching: AbortController | undefined;
let statements: Promise<Statements> | undefined;
let contests: Promise<Contests> | undefined;

emit({ kind: "catalogue", catalogue: catalogue() });

function catalogue(): Catalogue {
  return {
    activations: Object.values(activations).map(({ name, formula }) => ({ name, formula })),
    grouped: Object.keys(groupedActivations),
    datasets: describeSynthetic().map(({ name, doc, options }) => ({
      name,
      doc,
      options: ["n", ...Object.keys(options)].join(", "),
    })),
  };
}

async function open(crashed = false): Promise<Gpu | undefined> {
  try {
    const opened = await device();
    emit({ kind: "adapter", adapter: opened.adapter });
    return opened;
  } catch (error) {
    const known = error instanceof ActigradError && error.code === "no-gpu";
    const reason = known ? (error.details["reason"] as NoGpu) : "no-adapter";
    const message = error instanceof Error ? error.message : String(error);
    emit({ kind: "no-gpu", reason: crashed && reason === "no-adapter" ? "blocked" : reason, message });
    return undefined;
  }
}

/** Reports what ended a race; asks again for a lost device. */
function fail(run: number, error: unknown): void {
  emit({ kind: "failed", run, error: toRecord(error) });
  if (!(error instanceof ActigradError) || error.code !== "device-lost") return;
  race?.dispose();
  race = undefined; // its contents on the device are gone
  watcher.forgetDevice();
  gpu = open(true);
}

async function prepare(request: Extract<Request, { kind: "prepare" }>, mine: number): Promise<void> {
  await race?.end();
  watcher.forget();
  race?.dispose();
  race = undefined;
  const opened = await gpu;
  if (opened === undefined || mine !== wished) return;
  try {
    const { Race } = await import("./race.ts"); // loaded only to train
    const made = await Race.prepare(opened, request, emit, watcher);
    if (mine !== wished) return made.dispose();
    made.onError = (error) => fail(made.run, error);
    made.pace = pace;
    race = made;
    emit({ kind: "ready", run: request.run, facts: made.facts });
    if (request.snapshot === undefined) emit({ kind: "status", run: request.run, status: "paused" });
    made.look();
  } catch (error) {
    fail(request.run, error);
  }
}

/** Formulas waiting to be checked: one at a time, so that other requests are handled in between. */
const shapes: string[] = [];

function askShape(text: string): void {
  if (shapes.push(text) === 1) setTimeout(() => void nextShape());
}

async function nextShape(): Promise<void> {
  await shape(shapes[0]!);
  shapes.shift();
  if (shapes.length > 0) setTimeout(() => void nextShape());
}

async function shape(text: string): Promise<void> {
  try {
    const curve = await shapeOf(text);
    emit({ kind: "shape", text, ...(curve && { curve }) });
  } catch (error) {
    emit({ kind: "shape", text, error: toRecord(error) });
  }
}

/** Times kernels on a separate device, while nothing trains. */
async function runBench({ options, host }: Extract<Request, { kind: "bench" }>): Promise<void> {
  race?.pause();
  for (const other of [await statements, await contests]) await other?.running;
  benching = new AbortController();
  const { signal } = benching;
  try {
    const { bench } = await import("../../../../bench/job.ts"); // loaded on demand
    const { pageContext } = await import("./page-context.ts");
    const context = pageContext({
      host,
      signal,
      emit: (event: BenchEvent) => emit({ kind: "bench", event }),
    });
    const result = await bench(context, options);
    emit({ kind: "benched", result });
  } catch (error) {
    emit({ kind: "bench-failed", error: toRecord(error) });
  }
}

/** Reads a model file and predicts rows with it, on a separate device. */
async function predict({
  model,
  dataset,
  seed,
  files,
}: Extract<Request, { kind: "predict" }>): Promise<void> {
  try {
    const job = await import("../../jobs/predict.ts");
    const { pageContext } = await import("./page-context.ts");
    const context = pageContext<never>({ read: readFiles([...files, model]) });
    const asked = { load: model.name, data: dataset, seed, probabilities: false };
    const { rows, accuracy, rmse } = await job.predict(context, asked);
    const score = { ...(accuracy !== undefined && { accuracy }), ...(rmse !== undefined && { rmse }) };
    emit({ kind: "predicted", model: model.name, rows, ...score });
  } catch (error) {
    emit({ kind: "predicted", model: model.name, error: toRecord(error) });
  }
}

/** The course is not part of the queue: a statement runs in its own time, on a separate device. */
async function handleStatements(request: StatementRequest): Promise<void> {
  statements ??= import("./statements.ts").then((module) => new module.Statements(emit));
  const course = await statements;
  if (request.kind === "statements") return course.list();
  if (request.kind === "stop-try") return course.stop();
  race?.pause();
  course.try(request);
}

/** Nor is a contest. */
async function handleContest(request: ContestRequest): Promise<void> {
  contests ??= import("./contests.ts").then((module) => new module.Contests(emit));
  const own = await contests;
  if (request.kind === "stop-contest") return own.stop();
  if (request.kind === "contest-tasks") return own.list((await gpu)?.adapter.software ?? true);
  race?.pause();
  own.start(request);
}

/** Requests in order, so that "play" finds the race that "prepare" makes. */
let queue: Promise<void> = Promise.resolve();

addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  if (request.kind === "ping") return emit({ kind: "pong" });
  if (request.kind === "shape") return askShape(request.text);
  if (request.kind === "statements" || request.kind === "try" || request.kind === "stop-try")
    return void handleStatements(request);
  if (request.kind === "contest-tasks" || request.kind === "contest" || request.kind === "stop-contest")
    return void handleContest(request);
  const mine = request.kind === "prepare" ? ++wished : wished;
  if (request.kind === "stop-bench") return benching?.abort();
  if (request.kind === "pause") race?.pause(); // handled at once, whatever is being prepared
  queue = queue.then(() => handle(request, mine));
});

async function handle(
  request: Exclude<Request, StatementRequest | ContestRequest>,
  mine: number,
): Promise<void> {
  switch (request.kind) {
    case "prepare":
      return prepare(request, mine);
    case "play":
      return race?.play();
    case "pause":
      return race?.pause();
    case "step":
      return race?.single();
    case "reset":
      return race?.reset(request.run);
    case "pace":
      pace = request.stepsPerSecond;
      if (race !== undefined) race.pace = pace;
      return;
    case "watch":
      watcher.watch = request.watch;
      return race?.look();
    case "turn":
      return watcher.turn(request.angles);
    case "bend":
      return race?.bend(request.runner, request.points);
    case "save":
      void race?.save(request.runner, request.columns); // in parallel with training
      return;
    case "predict":
      return predict(request);
    case "bench":
      return runBench(request);
  }
}
