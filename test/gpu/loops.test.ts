import { afterAll, describe, expect, test } from "vitest";
import {
  type ActigradError,
  type Batch,
  type ClassDataset,
  Trainer,
  type TrainerOptions,
  activations,
  adam,
  crossEntropy,
  device,
  fitBatches,
  gradients,
  linear,
  mse,
  sequential,
  sgd,
  trainStep,
} from "../../src/index.ts";
import { batchNorm1d } from "../../src/nn/norm.ts";
import { permutation } from "../../src/core/random.ts";
import { interpret } from "../../src/check/float64/interpret.ts";
import { gradientGraph } from "../../src/train/gradients.ts";
import { dataTensors } from "../../src/train/step.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const { silu, tanh } = activations;
const data = pointsInClasses(103, 6, 3);
const BATCH = 20;

const create = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(6, 16), silu, linear(16, 3)),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.02 }),
    batch: BATCH,
    seeds: [1, 2],
    ...options,
  });

const bitsOf = async (trainer: Trainer): Promise<string> =>
  [...(await trainer.weights()).values()].map(({ data: v }) => [...new Uint32Array(v.slice().buffer)]).join();

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no error",
    (error: ActigradError) => `${error.code}: ${error.message}`,
  );

function rowsOf({ x, labels }: ClassDataset, rows: Iterable<number>): Batch {
  const chosen = [...rows];
  const width = x.length / labels.length;
  return {
    x: Float32Array.from(chosen.flatMap((row) => [...x.subarray(row * width, (row + 1) * width)])),
    labels: Uint32Array.from(chosen, (row) => labels[row]!),
  };
}

/** The batches that `fit` draws from the dataset, in its order. */
function* batchesOf(dataset: ClassDataset, steps: number): Generator<Batch> {
  const perEpoch = Math.floor(dataset.rows / BATCH);
  for (let step = 0; step < steps; step++) {
    const order = permutation(dataset.rows, 0, Math.floor(step / perEpoch));
    const start = (step % perEpoch) * BATCH;
    yield rowsOf(dataset, order.subarray(start, start + BATCH));
  }
}

describe("the same batches give the same bits as a dataset's", () => {
  test("one step at a time, awaited and in flight, from arrays that are filled anew", async () => {
    const whole = await create();
    const { losses } = await whole.fit(data, { steps: 40 });
    for (const inFlight of [false, true]) {
      const trainer = await create();
      const steps: Promise<readonly number[]>[] = [];
      const shared = { x: new Float32Array(BATCH * 6), labels: new Uint32Array(BATCH) };
      for (const { x, labels } of batchesOf(data, 40)) {
        shared.x.set(x);
        shared.labels.set(labels!);
        steps.push(trainStep(trainer, shared));
        if (!inFlight) await steps.at(-1);
      }
      const given = await Promise.all(steps);
      for (const r of [0, 1]) expect(Float32Array.from(given, (loss) => loss[r]!)).toEqual(losses[r]);
      expect(await bitsOf(trainer)).toBe(await bitsOf(whole));
      trainer.dispose();
    }
    whole.dispose();
  });

  test("from iterables, whatever their steps a submit", async () => {
    const whole = await create();
    const { losses } = await whole.fit(data, { steps: 40 });
    async function* slowly(): AsyncGenerator<Batch> {
      const shared = { x: new Float32Array(BATCH * 6), labels: new Uint32Array(BATCH) };
      for (const { x, labels } of batchesOf(data, 40)) {
        await Promise.resolve();
        shared.x.set(x);
        shared.labels.set(labels!);
        yield shared;
      }
    }
    for (const stepsPerSubmit of [1, 3, 64]) {
      const trainer = await create();
      const result = await fitBatches(trainer, slowly(), { stepsPerSubmit });
      expect(result).toMatchObject({ steps: 40, losses, aborted: false });
      expect(await bitsOf(trainer)).toBe(await bitsOf(whole));
      trainer.dispose();
    }
    const parts = await create(); // a dataset, an iterable, single steps: one count of steps
    const rest = [...batchesOf(data, 40)];
    await parts.fit(data, { steps: 7 });
    await fitBatches(parts, rest.slice(7, 30), { steps: 20 });
    await trainStep(parts, rest[27]!);
    await fitBatches(parts, rest.slice(28));
    expect(parts.step).toBe(40);
    expect(await bitsOf(parts)).toBe(await bitsOf(whole));
    parts.dispose();
    whole.dispose();
  });

  test("bytes, and classes as values", async () => {
    const bytes = Uint8Array.from({ length: BATCH * 6 }, (_, i) => (i * 37) % 251);
    const labels = Uint32Array.from({ length: BATCH }, (_, i) => i % 3);
    const normalise = { scale: 1 / 255, shift: -0.5 };
    const samples = { name: "bytes", rows: BATCH, shape: [6], classes: 3 };
    for (const loss of [crossEntropy(), mse()]) {
      const [one, other] = [await create({ loss }), await create({ loss })];
      await one.fit({ ...samples, kind: "classes", x: bytes, labels, normalise }, { steps: 1 });
      await trainStep(other, { x: bytes, labels, normalise });
      expect(await bitsOf(other)).toBe(await bitsOf(one));
      one.dispose();
      other.dispose();
    }
  });
});

describe("nothing is created from batch to batch", () => {
  test("10,000 batches of an iterable", async () => {
    const trainer = await create({ seeds: [1] });
    const [known] = [...batchesOf(data, 1)];
    let before: typeof gpu.counts | undefined;
    let given = 0;
    async function* batches(): AsyncGenerator<Batch> {
      for (; given < 10_400; given++) {
        if (given === 300) await new Promise((resolve) => setTimeout(resolve, 1000)); // drafts give way
        if (given === 400) before = { ...gpu.counts };
        yield known!;
      }
    }
    const { steps } = await fitBatches(trainer, batches(), { stepsPerSubmit: 8 });
    expect(steps).toBe(10_400);
    const { buffers, bindGroups, pipelines } = gpu.counts;
    expect({ buffers, bindGroups, pipelines }).toEqual({
      buffers: before!.buffers,
      bindGroups: before!.bindGroups,
      pipelines: before!.pipelines,
    });
    trainer.dispose();
  });

  test("steps in flight", async () => {
    const trainer = await create();
    const [batch] = [...batchesOf(data, 1)];
    const many = (count: number): Promise<unknown> =>
      Promise.all(Array.from({ length: count }, () => trainStep(trainer, batch!)));
    await many(200);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await many(200); // with the kernels that stay
    const { buffers, bindGroups, pipelines } = gpu.counts;
    await many(500);
    expect(gpu.counts).toMatchObject({ buffers, bindGroups, pipelines });
    trainer.dispose();
  });
});

describe("what an iterable may do", () => {
  test("a smaller last batch is dropped; any other size is refused, and what was trained stays", async () => {
    const trainer = await create();
    const all = [...batchesOf(data, 5)];
    const small = rowsOf(data, [1, 2, 3]);
    expect((await fitBatches(trainer, [...all, small])).steps).toBe(5);
    expect(trainer.step).toBe(5);
    expect(await codeOf(fitBatches(trainer, [all[0]!, small, all[1]!], { stepsPerSubmit: 1 }))).toBe(
      "data: batch 1: it has 3 rows, a step takes 20; give 20 rows, or create the trainer with batch: 3",
    );
    expect(
      await codeOf(
        fitBatches(trainer, [
          rowsOf(
            data,
            Array.from({ length: 21 }, (_, i) => i),
          ),
        ]),
      ),
    ).toMatch(/^data: batch 0: it has 21 rows, a step takes 20/);
    expect((await fitBatches(trainer, [])).steps).toBe(0);
    expect((await fitBatches(trainer, [small])).steps).toBe(0);
    trainer.dispose();
  });

  test("it is closed when no more is wanted, and its errors are fit's", async () => {
    const trainer = await create();
    let closed = 0;
    function* forever(): Generator<Batch> {
      try {
        for (;;) yield* batchesOf(data, 5);
      } finally {
        closed++;
      }
    }
    const progress: number[] = [];
    const stopped = await fitBatches(trainer, forever(), {
      steps: 12,
      onProgress: ({ steps }) => progress.push(steps),
    });
    expect(stopped).toMatchObject({ steps: 12, aborted: false });
    expect(new Set(progress)).toEqual(new Set([12]));
    const abort = new AbortController();
    const aborted = await fitBatches(trainer, forever(), {
      signal: abort.signal,
      onProgress: ({ step, steps, secondsLeft }) => {
        expect([steps, secondsLeft]).toEqual([Infinity, Infinity]);
        if (step > 10) abort.abort();
      },
    });
    expect(aborted.aborted).toBe(true);
    expect(closed).toBe(2);
    async function* fails(): AsyncGenerator<Batch> {
      yield* batchesOf(data, 3);
      throw new Error("the network is down");
    }
    await expect(fitBatches(trainer, fails())).rejects.toThrow("the network is down");
    expect(await codeOf(fitBatches(trainer, forever(), { epochs: 2 }))).toMatch(
      /^option: fitBatches: an iterable has no epochs/,
    );
    trainer.dispose();
  });

  test("it may evaluate and predict in between; training within it is refused", async () => {
    const trainer = await create();
    const seen: string[] = [];
    async function* asks(): AsyncGenerator<Batch> {
      for (const batch of batchesOf(data, 4)) {
        seen.push(String((await trainer.predict(batch.x as Float32Array)).shape));
        expect((await trainer.evaluate(data)).rows).toBe(103);
        yield batch;
      }
      seen.push(await codeOf(trainStep(trainer, rowsOf(data, [1]))));
    }
    expect((await fitBatches(trainer, asks())).steps).toBe(4);
    expect(seen.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => "2,20,3"));
    expect(seen[4]).toMatch(/^option: this trainer is waiting for batches/);
    expect((await trainer.fit(data, { steps: 1 })).steps).toBe(1);
    trainer.dispose();
  });
});

describe("batches that do not fit change nothing", () => {
  test("typed errors say what was expected", async () => {
    const trainer = await create();
    const before = await bitsOf(trainer);
    const [good] = [...batchesOf(data, 1)];
    const { x, labels } = good! as { x: Float32Array; labels: Uint32Array };
    const wrong = [
      {},
      { x },
      { x: [...x], labels },
      { x, labels: Int32Array.from(labels) },
      { x, labels, targets: x },
      { x, label: labels },
      { x: x.slice(1), labels },
      { x: x.map((v, i) => (i === 7 ? NaN : v)), labels },
      { x, labels: labels.map(() => 3) },
      { x, targets: new Float32Array(BATCH * 3) },
    ];
    const messages = [];
    for (const batch of wrong) messages.push(await codeOf(trainStep(trainer, batch as unknown as Batch)));
    messages.push(await codeOf(trainStep(trainer, good!, { onDivergence: "stop" } as object)));
    expect(messages).toMatchInlineSnapshot(`
      [
        "data: trainStep: x must be a Float32Array or a Uint8Array, got undefined",
        "data: trainStep: expected either labels or targets; class indices are labels, a Uint32Array; numbers are targets",
        "data: trainStep: x must be a Float32Array or a Uint8Array, got Array",
        "data: trainStep: labels must be a Uint32Array, got Int32Array",
        "data: trainStep: expected either labels or targets; class indices are labels, a Uint32Array; numbers are targets",
        "option: unknown option of a batch "label"; did you mean "labels"? (x, labels, targets, normalise)",
        "data: trainStep: x: 119 numbers are not a whole number of rows of 6",
        "data: dataset "trainStep": x: expected finite float32 numbers, got NaN (row 1, number 1, from 0)",
        "data: dataset "trainStep": row 0: expected a label below 3, got 3",
        "data: dataset "trainStep": it has values, the loss cross_entropy needs classes; choose another loss",
        "option: unknown option of trainStep "onDivergence"; did you mean "onDiverged"? (onDiverged)",
      ]
    `);
    expect(trainer.step).toBe(0);
    expect(await bitsOf(trainer)).toBe(before);
    trainer.dispose();
  });

  test("a loss that is not finite names the batch and the layer", async () => {
    const model = sequential(linear(6, 16), activations.exp, linear(16, 3));
    const options = { model, optimizer: sgd({ lr: [1e-3, 1e6] }) };
    const trainer = await create(options);
    const few = [...batchesOf(data, 60)];
    await fitBatches(trainer, few.slice(0, 1), { onDiverged: "freeze" });
    const error = await fitBatches(trainer, few.slice(1)).catch((e: unknown) => e as ActigradError);
    const { code, message, details } = error as ActigradError;
    expect(code).toBe("diverged");
    expect(message).toMatch(
      /the loss of step \d+, batch \d+, replica 1, is (NaN|Infinity); .*(output|weights) of layer/,
    );
    expect(details["batch"]).toBe((details["step"] as number) - 1);
    expect((details["losses"] as Float32Array[])[0]!.length).toBe(details["batch"]);
    trainer.dispose();

    const stepwise = await create(options);
    const steps = await Promise.allSettled(few.slice(0, 30).map((batch) => trainStep(stepwise, batch)));
    const first = steps.findIndex(({ status }) => status === "rejected");
    expect(first).toBeGreaterThan(0);
    expect((steps[first] as PromiseRejectedResult).reason).toMatchObject({
      code: "diverged",
      details: { step: first, replica: 1 },
    });
    const frozen = await trainStep(stepwise, few[0]!, { onDiverged: "freeze" });
    expect(frozen.map(Number.isFinite)).toEqual([true, false]);
    stepwise.dispose();
  });
});

describe("gradients", () => {
  test("are those of float64, for a dataset and for arrays, and change nothing", async () => {
    const model = sequential(linear(6, 16), batchNorm1d(16), tanh, linear(16, 3));
    const trainer = await create({ model });
    await trainer.fit(data, { steps: 5 });
    const before = await bitsOf(trainer);
    const given = await gradients(trainer, data);
    const { loss } = given;
    const tensors = dataTensors(data, "d");
    const { graph, parameters } = gradientGraph(trainer.spec(data.rows), data, tensors);
    const environment = new Map<string, ArrayLike<number> & Float32Array>();
    for (const node of graph.live().filter(({ op }) => op.kernel.kind === "storage")) {
      const own = node.label === "d.x" ? data.x : node.label === "d.y" ? data.labels : undefined;
      environment.set(node.label, (own ?? (await trainer.storage.read(node.label))) as Float32Array);
    }
    const value = interpret(graph, environment);
    for (const r of [0, 1]) {
      expect(Math.abs(loss[r]! - value(graph.outputs.get("loss")!).data[r]!)).toBeLessThan(1e-5);
      expect([...given.gradients[r]!.keys()]).toEqual([
        "0.weight",
        "0.bias",
        "1.weight",
        "1.bias",
        "3.weight",
        "3.bias",
      ]);
      for (const { node, views } of parameters) {
        const all = value(graph.outputs.get(node.label)!).data;
        const largest = Math.max(...Array.from(all, Math.abs));
        for (const { name, shape, index } of views) {
          const own = given.gradients[r]!.get(name)!;
          expect(own.shape).toEqual(shape);
          for (const [i, got] of own.data.entries())
            expect(Math.abs(got - all[(r * all.length) / 2 + index(i)]!), name).toBeLessThan(
              1e-5 * largest + 1e-7,
            );
        }
      }
    }
    const arrays = await gradients(trainer, { x: data.x, labels: data.labels });
    expect(arrays).toEqual(given);
    expect(await bitsOf(trainer)).toBe(before);
    expect(trainer.step).toBe(5);
    expect((await gradients(trainer, rowsOf(data, [4, 5, 6, 7]))).gradients.length).toBe(2);
    const { buffers, pipelines } = gpu.counts;
    const [one, two] = await Promise.all([
      gradients(trainer, rowsOf(data, [4, 5, 6, 7])),
      gradients(trainer, rowsOf(data, [8, 9, 10, 11])),
    ]);
    expect(gpu.counts.pipelines).toBe(pipelines);
    expect(gpu.counts.buffers - buffers).toBeLessThan(20); // a second staging buffer each: two were read at once
    expect(one).toEqual(await gradients(trainer, rowsOf(data, [4, 5, 6, 7])));
    expect(two).not.toEqual(one);
    expect(await codeOf(gradients(trainer, { x: new Float32Array(5), labels: new Uint32Array(1) }))).toMatch(
      /^data: gradients: x: 5 numbers are not a whole number of rows of 6/,
    );
    trainer.dispose();
  });

  test("make a loop of one's own: descent by them is sgd", async () => {
    const [own, sgdOwn] = [
      await create({ seeds: [1], optimizer: sgd({ lr: 0.1 }) }),
      await create({ seeds: [1], optimizer: sgd({ lr: 0.1 }) }),
    ];
    for (const batch of batchesOf(data, 5)) {
      const found = await gradients(own, batch);
      const weights = await own.weights();
      const next = [...weights].map(([name, { shape, data: w }]) => {
        const slope = found.gradients[0]!.get(name)!.data;
        return [name, { shape, data: w.map((v, i) => v - 0.1 * slope[i]!) }] as const;
      });
      own.setWeights(new Map(next));
      await trainStep(sgdOwn, batch);
    }
    const wanted = await sgdOwn.weights();
    for (const [name, { data: values }] of await own.weights())
      for (const [i, v] of values.entries())
        expect(Math.abs(v - wanted.get(name)!.data[i]!)).toBeLessThan(1e-6);
    own.dispose();
    sgdOwn.dispose();
  });
});
