import { type ClassDataset, linear, sequential } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar, point } from "../measures.ts";
import type { Place } from "../place.ts";

const EVERY = 10;

/** Bytes / 255, with the mean of each pixel subtracted or not. */
function inputsOf(images: ClassDataset, mean: Float64Array | undefined): ClassDataset {
  const size = images.shape.reduce((a, b) => a * b, 1);
  const { normalise: _, ...rest } = images;
  return { ...rest, x: Float32Array.from(images.x, (v, i) => v / 255 - (mean?.[i % size] ?? 0)) };
}

function meansOf({ x, rows }: ClassDataset): Float64Array {
  const size = x.length / rows;
  const mean = new Float64Array(size);
  for (let i = 0; i < x.length; i++) mean[i % size]! += x[i]! / 255 / rows;
  return mean;
}

/** The largest eigenvalue of the mean of x xᵀ, by iterating. */
function largestEigenvalue({ x, rows }: ClassDataset, sample: number): number {
  const size = x.length / rows;
  let v = new Float64Array(size).fill(1 / Math.sqrt(size));
  let value = 0;
  const count = Math.min(rows, sample);
  for (let round = 0; round < 30; round++) {
    const next = new Float64Array(size);
    for (let row = 0; row < count; row++) {
      let dot = 0;
      for (let i = 0; i < size; i++) dot += x[row * size + i]! * v[i]!;
      for (let i = 0; i < size; i++) next[i]! += (dot * x[row * size + i]!) / count;
    }
    value = Math.hypot(...next);
    v = next.map((n) => n / value);
  }
  return value;
}

interface Arrival {
  /** Steps to the error, one per seed; `most` where it was not reached. */
  readonly steps: number[];
  readonly curve: { step: number; error: number[] }[];
}

export const centredInputs = defineExperiment({
  row: 12,
  name: "centred-inputs",
  chapter: "sigmoid",
  images: true,
  seconds: [18, 7],
  title: { en: "Inputs with a mean of zero learn faster", ko: "평균이 0인 입력이 더 빨리 학습된다" },
  statement: {
    en: "Inputs that are all positive make learning zig-zag: centre them.",
    ko: "모두 양수인 입력은 학습을 지그재그로 만든다: 평균을 빼라.",
  },
  method: {
    en: "Softmax regression on pixels in [0, 1], raw and with each pixel's mean subtracted, each at the best of five learning rates: steps to a 17 % error on 1,000 training images, checked every 10 steps.",
    ko: "[0, 1]의 픽셀 그대로와 픽셀 평균을 뺀 것으로 softmax 회귀를 다섯 학습률 중 가장 좋은 것으로 학습해, 훈련 이미지 1,000장의 오류가 17 %가 되기까지의 단계 수를 10단계마다 잰다.",
  },
  setup: { rows: 10_000, judged: 1000, batch: 128, error: 0.17, most: 600, lrs: [0.02, 0.05, 0.1, 0.2, 0.5] },
  quick: { rows: 5000, most: 300, lrs: [0.1, 0.2] },
  metrics: [
    {
      name: "raw",
      label: { en: "steps, raw", ko: "단계 수, 그대로" },
      notation: "count",
      reference: [270, 200, 300],
    },
    {
      name: "centred",
      label: { en: "steps, centred", ko: "단계 수, 평균 제거" },
      notation: "count",
      reference: [90, 80, 90],
    },
    {
      name: "ratio",
      label: { en: "raw over centred", ko: "그대로 나누기 평균 제거" },
      reference: [3],
      gate: { from: 1.3 },
    },
    {
      name: "raw eigenvalue",
      label: { en: "largest eigenvalue, raw", ko: "최대 고윳값, 그대로" },
      reference: [110.7],
      gate: { from: 105, to: 116, fashion: true },
    },
    {
      name: "centred eigenvalue",
      label: { en: "largest eigenvalue, centred", ko: "최대 고윳값, 평균 제거" },
      reference: [19.9],
      gate: { from: 18.5, to: 21.5, fashion: true },
    },
  ],
  async run(place, { rows, judged, error, most, lrs }) {
    const { train } = await place.images(rows, 10);
    const mean = meansOf(train);
    const found: Record<string, Arrival> = {};
    const values: Record<string, number[]> = {};
    for (const name of ["raw", "centred"] as const) {
      const data = inputsOf(train, name === "raw" ? undefined : mean);
      const few = inputsOf((await place.images(judged, 10)).train, name === "raw" ? undefined : mean);
      const race = (lr: number | readonly number[], seeds: readonly number[]): Promise<Arrival> =>
        run(place, { name, data, few, lr, seeds, error, most });
      // The best learning rate is the one that arrives first.
      const lr = await place.bestRate(
        name,
        lrs,
        { model: sequential(linear(784, 10)), data, steps: 0, doing: name },
        async () => {
          const { steps, curve } = await race(
            lrs,
            lrs.map(() => 0),
          );
          // Of rates that arrive together, or never, the one whose errors are smaller on the way.
          return steps.map((s, i) => -s - curve.reduce((sum, { error: e }) => sum + e[i]!, 0) / curve.length);
        },
      );
      found[name] = await race(lr, place.seeds);
      values[name] = found[name].steps;
      values[`${name} eigenvalue`] = [largestEigenvalue(data, 5000)];
    }
    values["ratio"] = values["raw"]!.map((s, r) => s / values["centred"]![r]!);
    return { values, data: { raw: found["raw"]!, centred: found["centred"]! } };
  },
  figure: ({ raw, centred }) => ({
    caption: {
      en: "First: error on 1,000 training images during training. Second: steps to 17 %. Mark: reference, on Fashion-MNIST.",
      ko: "첫째: 학습 중 훈련 이미지 1,000장의 오류. 둘째: 17 %까지의 단계 수. 표시는 Fashion-MNIST의 참조 결과.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "step", ko: "단계" } },
        y: { label: { en: "error", ko: "오류" }, percent: true, from: 0.1, to: 0.6 },
        levels: [{ at: 0.17, name: "17 %" }],
        series: [
          {
            name: { en: "raw", ko: "그대로" },
            points: raw.curve.map(({ step, error }) => point(step, error)),
          },
          {
            name: { en: "centred", ko: "평균 제거" },
            points: centred.curve.map(({ step, error }) => point(step, error)),
          },
        ],
      },
      {
        kind: "bars",
        value: { label: { en: "steps to 17 % error", ko: "오류 17 %까지의 단계" }, from: 0 },
        bars: [
          bar({ en: "raw", ko: "그대로" }, raw.steps, 270),
          bar({ en: "centred", ko: "평균 제거" }, centred.steps, 90),
        ],
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("ratio").median > 1.3 ? "holds" : "fails",
    text: {
      en: `Centred inputs get there ${read("ratio").median.toFixed(1)} times sooner, each at its best learning rate. Along the mean the loss is far steeper than in any other direction (largest eigenvalue ${read("raw eigenvalue").median.toFixed(0)} against ${read("centred eigenvalue").median.toFixed(0)}), and that limits the learning rate.`,
      ko: `저마다 가장 좋은 학습률에서 평균을 뺀 입력이 ${read("ratio").median.toFixed(1)}배 먼저 도착한다. 평균은 손실이 유독 가파른 방향이며(최대 고윳값 ${read("raw eigenvalue").median.toFixed(0)} 대 ${read("centred eigenvalue").median.toFixed(0)}) 학습률을 제한한다.`,
    },
  }),
});

/** Softmax regression until every replica has arrived. */
function run(
  place: Place,
  {
    name,
    data,
    few,
    lr,
    seeds,
    error,
    most,
  }: {
    name: string;
    data: ClassDataset;
    few: ClassDataset;
    lr: number | readonly number[];
    seeds: readonly number[];
    error: number;
    most: number;
  },
): Promise<Arrival> {
  const training = { model: sequential(linear(784, 10)), data, steps: 0, lr, seeds, doing: name };
  return place.train(training, async (trainer) => {
    const steps = seeds.map(() => most);
    const curve: Arrival["curve"] = [];
    for (let step = EVERY; step <= most && steps.some((s) => s === most); step += EVERY) {
      await trainer.fit(data, { steps: EVERY, onDiverged: "freeze", signal: place.signal });
      place.say(name, [step, most]);
      const errors = (await accuracyOf(trainer, few)).map((a) => 1 - a);
      curve.push({ step, error: errors });
      for (const [r, e] of errors.entries()) if (e <= error && steps[r] === most) steps[r] = step;
    }
    return { steps, curve };
  });
}
