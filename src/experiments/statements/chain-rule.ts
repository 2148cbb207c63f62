import { normal } from "../../core/random.ts";
import { type Trainer, inspect, probes } from "../../index.ts";
import { type Environment, interpret } from "../../check/float64/index.ts";
import { metric } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Affine, affine, bar, float64, layersOf } from "../measures.ts";
import { net } from "../networks.ts";
import { bars, words } from "../panels.ts";
import { chainRule as t } from "../texts/backward.ts";

const activations = ["sigmoid", "tanh", "relu", "elu", "softplus"] as const;
const [INPUTS, HIDDEN, OUTPUTS] = [5, 7, 3];

type Matrix = readonly (readonly number[])[];

/** W2 · diag(f'(z)) · W1 at a point: the product of the layers' derivatives, computed by hand. */
function product(
  [first, second]: readonly [Affine, Affine],
  dfdx: (x: number) => number,
  x: ArrayLike<number>,
): Matrix {
  const slopes = affine(first, x).map(dfdx);
  return Array.from({ length: OUTPUTS }, (_, o) =>
    Array.from({ length: INPUTS }, (_, i) =>
      slopes.reduce(
        (sum, s, h) => sum + second.weight[o * HIDDEN + h]! * s * first.weight[h * INPUTS + i]!,
        0,
      ),
    ),
  );
}

/** Central differences: moves each input by a step in both directions. */
function central(
  [first, second]: readonly [Affine, Affine],
  f: (x: number) => number,
  x: readonly number[],
  step: number,
): Matrix {
  const at = (moved: readonly number[]): number[] => affine(second, affine(first, moved).map(f));
  const columns = x.map((_, i) => {
    const to = (by: number): number[] => at(x.map((v, j) => (j === i ? v + by : v)));
    const [up, down] = [to(step), to(-step)];
    return up.map((v, o) => (v - down[o]!) / (2 * step));
  });
  return Array.from({ length: OUTPUTS }, (_, o) => columns.map((column) => column[o]!));
}

/** The largest difference, relative to the largest number. */
function difference(a: Matrix, b: Matrix): number {
  const [x, y] = [a.flat(), b.flat()];
  const largest = Math.max(...y.map(Math.abs));
  return Math.max(...x.map((v, i) => Math.abs(v - y[i]!))) / largest;
}

export const chainRule = defineStatement(t, {
  row: 26,
  name: "chain-rule",
  chapter: "backward",
  exact: true,
  seconds: [1, 1],
  setup: { points: 16, step: 1e-5 },
  drag: { field: "step", from: 1e-9, to: 0.1 },
  metrics: [
    metric("float64", t.float64, { notation: "exponent", reference: 2e-15, to: 2e-15, each: true }),
    metric("central", t.central, { notation: "exponent", reference: 2e-9, to: 2e-9, each: true }),
    metric("gpu", t.gpu, { notation: "exponent", to: 1e-6, each: true }),
  ],
  async run(place, { points, step }) {
    const x = normal(5, 1, points * INPUTS);
    const rows: { name: string; float64: number[]; gpu: number[]; central: number[] }[] = [];
    for (const name of activations) {
      place.say(name);
      const found = { name, float64: [] as number[], gpu: [] as number[], central: [] as number[] };
      rows.push(found);
      const model = net({ inputs: INPUTS, hidden: [HIDDEN], outputs: OUTPUTS, activation: name });
      await place.fresh(model, async (trainer) => {
        const look = await inspect(trainer, x, { keep: false, probes: [probes.jacobian()] });
        const exact = await interpreted(trainer, look.plan.graph);
        look.run();
        const gpu = await look.figures("jacobian");
        look.dispose();
        const { f, dfdx } = float64(name);
        for (const r of place.seeds.keys()) {
          const layers = layersOf(await trainer.weights(r)) as [Affine, Affine];
          const worst = { gpu: 0, float64: 0, central: 0 };
          for (let row = 0; row < points; row++) {
            const at = [...x.subarray(row * INPUTS, (row + 1) * INPUTS)];
            const byHand = product(layers, dfdx, at);
            const start = (r * points + row) * INPUTS;
            const off = (of: (j: number) => ArrayLike<number>): number =>
              difference(
                Array.from({ length: OUTPUTS }, (_, j) =>
                  Array.from({ length: INPUTS }, (_column, i) => of(j)[start + i]!),
                ),
                byHand,
              );
            worst.gpu = Math.max(
              worst.gpu,
              off((j) => gpu[String(j)]!.data),
            );
            worst.float64 = Math.max(
              worst.float64,
              off((j) => exact(`jacobian: ${j}`)),
            );
            // Near a kink, the difference quotient is not the derivative.
            const kinked = name === "relu" && affine(layers[0], at).some((z) => Math.abs(z) < 10 * step);
            if (!kinked)
              worst.central = Math.max(worst.central, difference(central(layers, f, at, step), byHand));
          }
          for (const key of ["gpu", "float64", "central"] as const) found[key].push(worst[key]);
        }
      });
    }
    const worst = (key: "gpu" | "float64" | "central"): number[] =>
      place.seeds.map((_, r) => Math.max(...rows.map((row) => row[key][r]!)));
    return {
      values: { float64: worst("float64"), central: worst("central"), gpu: worst("gpu") },
      data: rows,
    };
  },
  panels(rows) {
    const titles = { float64: t.double, gpu: t.single, central: t.central };
    return (["float64", "gpu", "central"] as const).map((key) =>
      bars(
        words.relative,
        rows.map((row) => bar(row.name, row[key])),
        { title: titles[key], log: true, from: 1e-18, to: 1 },
      ),
    );
  },
  verdict: (read) => (read.passes("float64", "gpu") ? "holds" : "fails"),
});

/** The values of a graph's outputs in the float64 interpreter, from the device's states. */
async function interpreted(
  { storage }: Trainer,
  graph: Parameters<typeof interpret>[0],
): Promise<(output: string) => ArrayLike<number>> {
  const environment: Environment = new Map();
  for (const { op, label } of graph.nodes)
    if (op.kernel.kind === "storage") environment.set(label, await storage.read(label));
  const value = interpret(graph, environment);
  return (output) => value(graph.outputs.get(output)!).data;
}
