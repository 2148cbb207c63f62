import { afterAll, expect, test } from "vitest";
import {
  type Inspection,
  type Probe,
  type ProbeFigures,
  Trainer,
  adam,
  crossEntropy,
  device,
  inspect,
  linear,
  probes,
  relu,
  sequential,
  sgd,
  tanh,
} from "../../src/index.ts";
import { type Environment, interpret } from "../../src/check/float64/index.ts";
import { allow } from "../../src/testing/index.ts";
import { pointsInClasses } from "../support/datasets.ts";

const gpu = await device();
afterAll(() => gpu.dispose());

const data = pointsInClasses(103, 6, 3);
const trainer = await Trainer.create(gpu, {
  model: sequential(linear(6, 10), tanh, linear(10, 7, { bias: false }), relu, linear(7, 3)),
  loss: crossEntropy(),
  optimizer: adam({ lr: 0.02 }),
  batch: 20,
  seeds: [1, 2],
});
await trainer.fit(data, { steps: 30 });
allow({ leaks: true }); // all tests use it

const others = {
  "1": { shape: [1, 103, 4] as const, output: Float32Array.from({ length: 103 * 4 }, (_, i) => Math.sin(i)) },
};
const all: Readonly<Record<string, Probe>> = {
  signal: probes.signal(),
  dead: probes.dead(),
  zeros: probes.zeros(),
  below: probes.zeros({ below: 0.3 }),
  spread: probes.spread(),
  linearFit: probes.linearFit(),
  sameSign: probes.sameSign(),
  updates: probes.updates(),
  "updates of 2": probes.updates({ weightsOf: "2" }),
  linearProbe: probes.linearProbe({ classes: 3 }),
  jacobian: probes.jacobian(),
  cka: probes.cka(others),
};

/** The values of an inspection's data and states on the device before a run. */
async function environmentOf({ plan }: Inspection): Promise<Environment> {
  const environment: Environment = new Map();
  for (const node of plan.graph.nodes) {
    if (node.op.kernel.kind === "storage")
      environment.set(node.label, await trainer.storage.read(node.label));
  }
  return environment;
}

const near = (
  figures: ProbeFigures,
  want: Readonly<Record<string, ArrayLike<number>>>,
  within: number,
): void => {
  expect(Object.keys(figures).toSorted()).toEqual(Object.keys(want).toSorted());
  for (const [key, { data: got }] of Object.entries(figures)) {
    const wanted = want[key]!;
    expect(got.length).toBe(wanted.length);
    for (const [i, value] of got.entries()) {
      const off = Math.abs(value - wanted[i]!);
      expect(off, `${key}[${i}]: got ${value}, want ${wanted[i]}`).toBeLessThanOrEqual(
        within * Math.max(1, Math.abs(wanted[i]!)),
      );
    }
  }
};

test.each(Object.entries(all))("%s: the GPU's figures are the float64 interpreter's", async (_, probe) => {
  const inspection = await inspect(trainer, data, { probes: [probe], keep: false });
  for (let run = 0; run < 3; run++) {
    const environment = await environmentOf(inspection);
    const { graph } = inspection.plan;
    const value = interpret(graph, environment, {
      start: 0,
      epoch: 0,
      key0: 0,
      key1: 0,
      ...probe.scalars?.(run, trainer.replicas),
    });
    const want: Record<string, ArrayLike<number>> = Object.fromEntries(
      [...graph.outputs].map(([name, node]) => [name.split(": ")[1]!, value(node).data]),
    );
    inspection.run();
    // The cosine of updates that are rounded differences of weights loses digits.
    const within = probe.name.startsWith("updates") ? 2e-4 : 3e-6;
    // Before two updates there is no cosine: 0 / 0 on both sides.
    const figures = await inspection.figures(probe.name);
    if (probe.name.startsWith("updates") && run < 2) {
      for (const key of ["cosine", ...(run === 0 ? ["efficiency"] : [])]) {
        expect([...figures[key]!.data]).toEqual([NaN, NaN]);
        figures[key]!.data.fill(0);
        want[key] = [0, 0];
      }
    }
    near(figures, want, within);
    if (probe.name.startsWith("updates")) await trainer.fit(data, { steps: 1 });
  }
  inspection.dispose();
});

test("probes belong to inspections: training has the same dispatches with them and without, and costs what the trace says", async () => {
  const before = await trainer.recorded(data);
  const dispatches = before.executor.plan.dispatches.length;
  const without = await inspect(trainer, data);
  const probed = await inspect(trainer, data, { probes: [probes.signal(), probes.dead()] });
  expect((await trainer.recorded(data)).executor.plan.dispatches.length).toBe(dispatches);
  const empty = await inspect(trainer, data, { probes: [] });
  expect(empty.plan.dispatches.length).toBe(without.plan.dispatches.length);
  const count = (run: () => void): number => {
    const from = gpu.counts.dispatches;
    run();
    return gpu.counts.dispatches - from;
  };
  expect(count(() => without.run())).toBe(without.plan.dispatches.length);
  expect(count(() => probed.run())).toBe(probed.plan.dispatches.length);
  expect(probed.plan.dispatches.length).toBeGreaterThan(without.plan.dispatches.length);
  for (const inspection of [without, probed, empty]) inspection.dispose();
});

test("what cannot be measured is refused", async () => {
  const points = new Float32Array(12);
  await expect(inspect(trainer, points, { probes: [probes.signal()] })).rejects.toMatchObject({
    code: "option",
  });
  const inspection = await inspect(trainer, points, { probes: [probes.zeros()], keep: false });
  inspection.run();
  await expect(inspection.numbers("dead")).rejects.toMatchObject({ code: "option" });
  await expect(inspection.read("0")).rejects.toMatchObject({ code: "option" });
  expect(() => probes.zeros({ below: -1 })).toThrow(/at least 0/);
  inspection.dispose();
});

test("per sample the weight gradients of a neuron behind relu share a sign; behind tanh they do not", async () => {
  const share = async (
    act: typeof relu | typeof tanh,
  ): Promise<Readonly<Record<string, readonly number[]>>> => {
    using own = await Trainer.create(gpu, {
      model: sequential(linear(6, 12), act, linear(12, 8), act, linear(8, 3)),
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      batch: 1,
    });
    const inspection = await inspect(own, data, { probes: [probes.sameSign()], keep: false });
    inspection.run();
    return await inspection.numbers("sameSign");
  };
  expect(await share(relu)).toMatchObject({ "2 sample": [1], "4 sample": [1] });
  expect((await share(tanh))["2 sample"]![0]).toBeLessThan(0.05);
});

test("two probes of one kind keep what they remember apart", async () => {
  const [all, some] = [probes.updates(), probes.updates({ weightsOf: "2" })];
  const looks = [
    await inspect(trainer, data, { probes: [all, some], keep: false }),
    await inspect(trainer, data, { probes: [some], keep: false }),
  ] as const;
  for (let run = 0; run < 3; run++) {
    for (const look of looks) look.run();
    await trainer.fit(data, { steps: 1 });
  }
  const [both, alone] = [await looks[0].numbers(some.name), await looks[1].numbers(some.name)];
  expect(both).toEqual(alone);
  expect(both).not.toEqual(await looks[0].numbers(all.name));
  for (const look of looks) look.dispose();
});
