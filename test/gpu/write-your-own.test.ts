import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import {
  type Activation,
  type Batch,
  type FitResult,
  type Gpu,
  type Layer,
  type Loss,
  type Metric,
  type Optimizer,
  type OptimizerOptions,
  type Part,
  type Probe,
  Trainer,
  type TrainerOptions,
  type ValueDataset,
  adam,
  defineLayer,
  inspect,
  linear,
  mse,
  sequential,
  tanh,
} from "../../src/index.ts";
import { certifyActivation } from "../../src/check/float64/index.ts";
import { type Node, mul } from "../../src/ops.ts";
import { example, examples } from "../support/doc-examples.ts";
import { expectTrains, gpu } from "../support/on-device.ts";

afterAll(() => gpu.dispose());

const rows = 64;
const x = Float32Array.from({ length: rows }, (_, i) => -2 + (4 * i) / rows);
const sine: ValueDataset = {
  kind: "values",
  name: "sine",
  rows,
  shape: [1],
  x,
  targets: x.map((v) => Math.sin(2 * v)),
  width: 1,
};

const create = ({ between = tanh, ...options }: Partial<TrainerOptions> & { between?: Part } = {}) =>
  Trainer.create(gpu, {
    model: sequential(linear(1, 8), between, linear(8, 8), tanh, linear(8, 1)),
    loss: mse(),
    optimizer: adam({ lr: 0.01 }),
    batch: 32,
    seeds: [1, 2],
    ...options,
  });

/** A layer without parameters. */
const layerOf = (kind: string, f: (x: Node) => Node): Layer =>
  defineLayer({ kind, build: (_, input) => f(input) });

const exercises: Readonly<Record<string, () => Promise<void>>> = {
  async layer() {
    const centred = example<(features: number) => Layer>("layer", "centred");
    const trainer = await create({ between: centred(8) });
    await trainer.fit(sine, { steps: 20 });
    const weights = await trainer.weights();
    expect([...weights.keys()]).toEqual(expect.arrayContaining(["1.scale", "1.running_mean"]));
    for (const name of ["1.scale", "1.running_mean"])
      expect(new Set(weights.get(name)!.data).size, `${name} moves`).toBe(8);
    await trainer.reset();
    await expectTrains(sine, trainer);
  },
  async activation() {
    for (const name of ["flat", "spike"]) {
      const own = example<Activation>("activation", name);
      const { missed } = await certifyActivation(gpu, own, { points: 4096 });
      expect(missed, name).toEqual([]);
      await expectTrains(sine, await create({ between: own() as Part }));
    }
  },
  async spline() {
    const drag = example<(trainer: Trainer, x: number, y: number) => void>("spline", "drag");
    const trainer = await create({ between: example<Part>("spline", "drawn") });
    const before = await trainer.predict(x);
    const { pipelines } = gpu.counts;
    drag(trainer, -0.5, 1);
    expect(await trainer.predict(x)).not.toEqual(before);
    expect(gpu.counts.pipelines).toBe(pipelines);
    await expectTrains(sine, trainer);
  },
  async loss() {
    await expectTrains(sine, await create({ loss: example<() => Loss>("loss", "cautious")() }));
  },
  async op() {
    for (const name of ["softAbs", "cumsum"]) {
      const op = example<(input: Node) => Node>("op", name);
      await expectTrains(sine, await create({ between: layerOf(name, (input) => op(mul(input, 0.5))) }));
    }
  },
  async optimizer() {
    const signMomentum = example<(options: OptimizerOptions) => Optimizer>("optimizer", "signMomentum");
    await expectTrains(sine, await create({ optimizer: signMomentum({ lr: 0.002 }) }));
  },
  async probe() {
    const probe = example<() => Probe>("probe", "peak")();
    const [alone, seen] = [await create(), await create()];
    const look = await inspect(seen, sine, { probes: [probe] });
    look.run();
    const figures = await look.figures("peak");
    expect(Object.keys(figures)).toEqual(["0", "1", "2", "3", "4"]);
    for (const [name, { data }] of Object.entries(figures)) {
      const { output } = await look.read(name);
      const own = output.length / data.length;
      for (const [r, peak] of data.entries())
        expect(peak).toBe(
          output.subarray(r * own, (r + 1) * own).reduce((a, v) => Math.max(a, Math.abs(v)), 0),
        );
    }
    look.dispose();
    const [want, got] = [await alone.fit(sine, { steps: 20 }), await seen.fit(sine, { steps: 20 })];
    expect(got.losses).toEqual(want.losses);
    alone.dispose();
    seen.dispose();
  },
  async metric() {
    const within = example<(tolerance: number) => Metric<number>>("metric", "within");
    const trainer = await create();
    await trainer.fit(sine, { steps: 50 });
    const { close } = await trainer.evaluate(sine, { metrics: { close: within(0.3) } });
    const { data } = await trainer.predict(x);
    for (const [r, share] of close.entries()) {
      const near = [...sine.targets].filter((t, row) => Math.abs(data[r * rows + row]! - t) < 0.3);
      expect(share).toBeCloseTo(near.length / rows, 6);
    }
    trainer.dispose();
  },
  async loop() {
    const loop = {
      batch: example<(rows: number) => Batch>("loop", "sineBatch"),
      steps: example<(trainer: Trainer, steps: number) => Promise<readonly number[]>>("loop", "stepByStep"),
      stream: example<(trainer: Trainer, count: number) => Promise<FitResult>>("loop", "fromStream"),
      descend: example<(trainer: Trainer, rows: Batch, rate: number) => Promise<number>>("loop", "descend"),
    };
    let point = 0; // the same points each time, evenly spread
    const random = vi.spyOn(Math, "random").mockImplementation(() => (point = (point + 0.618034) % 1));
    onTestFinished(() => random.mockRestore());
    const stepped = await create();
    const [first, last] = [await loop.steps(stepped, 1), await loop.steps(stepped, 300)];
    for (const [r, loss] of last.entries()) expect(loss).toBeLessThan(0.3 * first[r]!);
    const streamed = await create();
    const { losses } = await loop.stream(streamed, 300);
    for (const own of losses) expect(own.at(-1)!).toBeLessThan(0.3 * own[0]!);
    const alone = await create({ seeds: [1] });
    const rows = loop.batch(32);
    const start = await loop.descend(alone, rows, 0.05);
    for (let i = 0; i < 20; i++) await loop.descend(alone, rows, 0.05);
    expect(await loop.descend(alone, rows, 0.05)).toBeLessThan(0.8 * start);
    for (const trainer of [stepped, streamed, alone]) trainer.dispose();
  },
  async derivatives() {
    const solve = example<(gpu: Gpu, steps: number) => Promise<Trainer>>("derivatives", "solve");
    const at = example<Float32Array>("derivatives", "x");
    const trainer = await solve(gpu, 3000);
    const { data } = await trainer.predict(at);
    for (const [i, u] of data.entries()) expect(Math.abs(u - Math.sin(at[i]!))).toBeLessThan(1e-2);
    trainer.dispose();
  },
};

test.each([...examples.keys()])("docs: the example of %s works, held to float64", async (page) => {
  const exercise = exercises[page];
  if (exercise === undefined) throw new Error(`no test runs the example of docs/write-your-own/${page}.md`);
  await exercise();
});
