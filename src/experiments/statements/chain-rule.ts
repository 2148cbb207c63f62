import { normal } from "../../core/random.ts";
import { type Trainer, inspect, probes } from "../../index.ts";
import { type Environment, interpret } from "../../check/float64/index.ts";
import { defineExperiment } from "../experiment.ts";
import { type Affine, affine, bar, float64, layersOf, same } from "../measures.ts";
import { net } from "../networks.ts";

const activations = ["sigmoid", "tanh", "relu", "elu", "softplus"] as const;
const [INPUTS, HIDDEN, OUTPUTS] = [5, 7, 3];

type Matrix = readonly (readonly number[])[];

/** W2 · diag(f'(z)) · W1 at a point: the product of the layers' derivatives, by hand. */
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

/** By moving each input by a step to both sides. */
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

/** The largest difference, as a part of the largest number. */
function difference(a: Matrix, b: Matrix): number {
  const [x, y] = [a.flat(), b.flat()];
  const largest = Math.max(...y.map(Math.abs));
  return Math.max(...x.map((v, i) => Math.abs(v - y[i]!))) / largest;
}

export const chainRule = defineExperiment({
  row: 26,
  name: "chain-rule",
  chapter: "backward",
  exact: true,
  seconds: [1, 1],
  title: { en: "A derivative is a product of derivatives", ko: "미분은 미분의 곱이다" },
  statement: {
    en: "dO/dX of a network is the product of the derivatives of its layers.",
    ko: "신경망의 dO/dX는 각 층의 미분을 곱한 것이다.",
  },
  method: {
    en: "5-7-3 networks with five activations, at {points} points: back-propagation, in float64 and on the GPU, against the product computed by hand, and that product against central differences of ±{step}.",
    ko: "다섯 활성화 함수의 5-7-3 신경망, 점 {points}개: float64와 GPU의 역전파를 손으로 곱한 것과, 다시 그것을 ±{step}의 중심 차분과 비교한다.",
  },
  setup: { points: 16, step: 1e-5 },
  metrics: [
    {
      name: "float64",
      label: { en: "back-propagation in float64", ko: "float64 역전파" },
      notation: "exponent",
      reference: [2e-15],
      gate: { to: 2e-15, each: true },
    },
    {
      name: "central",
      label: { en: "central differences", ko: "중심 차분" },
      notation: "exponent",
      reference: [2e-9],
      gate: { to: 2e-9, each: true },
    },
    {
      name: "gpu",
      label: { en: "back-propagation on the GPU", ko: "GPU 역전파" },
      notation: "exponent",
      gate: { to: 1e-6, each: true },
    },
  ],
  async run(place, { points, step }) {
    const x = normal(5, 1, points * INPUTS);
    const rows = activations.map((name) => ({
      name,
      gpu: [] as number[],
      float64: [] as number[],
      central: [] as number[],
    }));
    for (const { name, ...found } of rows) {
      place.say(name);
      const compare = async (trainer: Trainer): Promise<void> => {
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
            const part = (of: (j: number) => ArrayLike<number>): Matrix =>
              Array.from({ length: OUTPUTS }, (_, j) =>
                Array.from({ length: INPUTS }, (_, i) => of(j)[start + i]!),
              );
            worst.gpu = Math.max(
              worst.gpu,
              difference(
                part((j) => gpu[String(j)]!.data),
                byHand,
              ),
            );
            worst.float64 = Math.max(
              worst.float64,
              difference(
                part((j) => exact(`jacobian: ${j}`)),
                byHand,
              ),
            );
            // A kink within the step has no derivative there.
            const kinked = name === "relu" && affine(layers[0], at).some((z) => Math.abs(z) < 10 * step);
            if (!kinked)
              worst.central = Math.max(worst.central, difference(central(layers, f, at, step), byHand));
          }
          for (const key of ["gpu", "float64", "central"] as const) found[key].push(worst[key]);
        }
      };
      await place.fresh(
        net({ inputs: INPUTS, hidden: [HIDDEN], outputs: OUTPUTS, activation: name }),
        compare,
      );
    }
    const worst = (key: "gpu" | "float64" | "central"): number[] =>
      place.seeds.map((_, r) => Math.max(...rows.map((row) => row[key][r]!)));
    return {
      values: { float64: worst("float64"), central: worst("central"), gpu: worst("gpu") },
      data: rows,
    };
  },
  figure: (rows) => ({
    caption: {
      en: "Largest difference from the product computed by hand, relative to the largest derivative (log scale): nothing but rounding.",
      ko: "손으로 곱한 것과의 최대 차이를 가장 큰 미분값으로 나눈 값(로그 눈금): 반올림 오차일 뿐이다.",
    },
    panels: (["float64", "gpu", "central"] as const).map((key) => ({
      kind: "bars" as const,
      title: {
        float64: same("float64"),
        gpu: same("GPU, float32"),
        central: { en: "central differences", ko: "중심 차분" },
      }[key],
      value: { label: { en: "relative difference", ko: "상대 차이" }, log: true, from: 1e-18, to: 1 },
      bars: rows.map((row) => bar(row.name, row[key])),
    })),
  }),
  verdict: (read) => ({
    answer: read("float64").high < 1e-14 && read("gpu").high < 1e-5 ? "holds" : "fails",
    text: {
      en: "Back-propagation is that product: the two agree to float64 rounding, and on the GPU to float32 rounding. At each layer it multiplies by the activation's derivative.",
      ko: "역전파는 바로 그 곱이다: 두 결과는 float64 반올림까지, GPU에서는 float32 반올림까지 같다. 층마다 곱해지는 것이 활성화 함수의 미분이다.",
    },
  }),
});

/** The values of a graph's outputs by the float64 interpreter, from what the device holds. */
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
