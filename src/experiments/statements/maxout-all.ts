import {
  type ClassDataset,
  type Weights,
  Trainer,
  crossEntropy,
  featuresOf,
  inspect,
  probes,
  sgd,
  summary,
} from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar } from "../measures.ts";
import { imageNet } from "../networks.ts";
import type { Place } from "../place.ts";
import { percent } from "../../report/numbers.ts";

const pieces = [
  { k: 2, parameters: 1.99, time: 2.25 },
  { k: 3, parameters: 2.98, time: 3.17 },
  { k: 5, parameters: 4.96, time: 5.2 },
] as const;

const nets = [
  { name: "relu", activation: "relu", width: 64, reference: 0.842 },
  { name: "maxout", activation: "maxout", width: 64, reference: 0.846 },
  { name: "maxout, as many weights", activation: "maxout", width: 32, reference: 0.838 },
] as const;

/** The weights of a relu network as those of a maxout one whose second pieces are 0. */
function asMaxout(relu: Weights, width: number): Weights {
  return new Map(
    [...relu].map(([name, { shape, data }]) => {
      if (shape[0] !== width) return [name, { shape, data }];
      const each = data.length / width;
      const twice = new Float32Array(2 * data.length);
      for (let unit = 0; unit < width; unit++)
        twice.set(data.subarray(unit * each, (unit + 1) * each), 2 * unit * each);
      return [name, { shape: [2 * width, ...shape.slice(1)], data: twice }];
    }),
  );
}

/** Milliseconds of a training step of 784-[width]x2-10, one network. */
async function stepTime(
  place: Place,
  data: ClassDataset,
  activation: string,
  { width, batch, steps }: { width: number; batch: number; steps: number },
): Promise<number> {
  const model = imageNet(activation, width, 2);
  const trainer = await Trainer.create(place.gpu, {
    model,
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.01 }),
    batch,
  });
  try {
    await trainer.recorded(data); // the kernels that a longer training ends up with
    await trainer.fit(data, { steps: 2 });
    const { seconds } = await trainer.fit(data, { steps, signal: place.signal });
    return (1000 * seconds) / steps;
  } finally {
    trainer.dispose();
  }
}

/** The share of hidden outputs that are exactly 0; one per seed. */
async function zerosOf(trainer: Trainer, data: ClassDataset, rows: number): Promise<number[]> {
  const look = await inspect(trainer, data, { rows, keep: false, probes: [probes.zeros()] });
  look.run();
  const found = await look.numbers("zeros");
  look.dispose();
  return found["1"]!.map((v, r) => (v + found["3"]![r]!) / 2);
}

export const maxoutAll = defineExperiment({
  row: 21,
  name: "maxout-all",
  chapter: "relu",
  images: true,
  seconds: [65, 15],
  title: { en: "What maxout offers, and what it costs", ko: "maxout이 가진 것과 치르는 값" },
  statement: {
    en: "Maxout has all the benefits of ReLU, does not die, and is expensive.",
    ko: "Maxout은 ReLU의 장점을 모두 가지고 죽지 않지만 무겁다.",
  },
  method: {
    en: "Weights and step time of 784-256-256-10 with 2, 3 and 5 pieces, against relu; a relu network rewritten with maxout; and 784-[64]x2-10 trained with both, and with 32 maxout units, which have about as many weights as 64 relu units.",
    ko: "조각이 2, 3, 5개인 784-256-256-10의 가중치 수와 학습 한 단계의 시간을 relu와 견주고, relu 신경망을 maxout으로 옮겨 써 본다. 784-[64]x2-10을 둘로 학습하고, 가중치 수가 relu 64개와 비슷한 32유닛 maxout도 학습한다.",
  },
  notes: [
    {
      en: "With He initialisation, the larger of two pieces doubles the variance in each layer: maxout diverges at relu's learning rate of 0.1, so it uses 0.05.",
      ko: "He의 가중치에서는 두 조각 중 큰 쪽이 층마다 분산을 두 배로 만든다. maxout은 relu의 학습률 0.1에서 발산해 0.05를 쓴다.",
    },
    {
      en: "Goodfellow, Warde-Farley, Mirza, Courville, Bengio 2013. The reference's times are PyTorch's on a CPU.",
      ko: "Goodfellow, Warde-Farley, Mirza, Courville, Bengio 2013. 참조 결과의 시간은 CPU의 PyTorch로 쟀다.",
    },
  ],
  setup: {
    rows: 10_000,
    tests: 10_000,
    batch: 128,
    lr: { relu: 0.1, maxout: 0.05 },
    steps: 780,
    looked: 1000,
    timedWidth: 256,
    timed: 8,
  },
  quick: { rows: 3000, tests: 1000, steps: 60, looked: 200, timed: 3 },
  metrics: [
    ...pieces.flatMap(({ k, parameters, time }) => [
      {
        name: `parameters ${k}`,
        label: { en: `weights, ${k} pieces over relu`, ko: `가중치 수, 조각 ${k}개 나누기 relu` },
        reference: [parameters] as const,
        gate: { from: parameters - 0.01, to: parameters + 0.01 },
      },
      {
        name: `time ${k}`,
        label: { en: `step time, ${k} pieces over relu`, ko: `한 단계의 시간, 조각 ${k}개 나누기 relu` },
        reference: [time] as const,
      },
    ]),
    {
      name: "rewritten",
      label: { en: "largest difference, relu as maxout", ko: "relu를 maxout으로 쓴 최대 차이" },
      notation: "exponent",
      reference: [0],
      gate: { to: 1e-5, each: true },
    },
    ...nets.map(({ name, reference }) => ({
      name,
      label: {
        en: `test accuracy, ${name}`,
        ko: `시험 정확도, ${name.replace("as many weights", "같은 가중치 수")}`,
      },
      notation: "percent" as const,
      reference: [reference] as const,
    })),
    {
      name: "zeros relu",
      label: { en: "exact zeros, relu", ko: "정확한 0, relu" },
      notation: "percent",
    },
    {
      name: "zeros maxout",
      label: { en: "exact zeros, maxout", ko: "정확한 0, maxout" },
      notation: "percent",
      reference: [0],
      gate: { to: 0.001, each: true },
    },
  ],
  async run(place, { rows, tests, batch, lr, steps, looked, timedWidth, timed }) {
    const { train, test } = await place.images(rows, tests);
    const values: Record<string, number[]> = {};
    const relu = summary(imageNet("relu", timedWidth, 2)).parameters;
    for (const { k } of pieces)
      values[`parameters ${k}`] = [summary(imageNet(`maxout:pieces=${k}`, timedWidth, 2)).parameters / relu];
    // A round a seed: what is compared was measured in the same round.
    for (const round of place.seeds) {
      place.say("times", [round + 1, place.seeds.length]);
      const timing = { width: timedWidth, batch, steps: timed };
      const base = await stepTime(place, train, "relu", timing);
      for (const { k } of pieces)
        (values[`time ${k}`] ??= []).push(
          (await stepTime(place, train, `maxout:pieces=${k}`, timing)) / base,
        );
    }
    for (const { name, activation, width } of nets) {
      const training = {
        model: imageNet(activation, width, 2),
        data: train,
        steps,
        lr: lr[activation],
        doing: name,
      };
      await place.train(training, async (trainer) => {
        values[name] = await accuracyOf(trainer, test);
        if (width !== 64) return;
        values[`zeros ${name}`] = await zerosOf(trainer, train, looked);
        if (name === "relu") values["rewritten"] = await rewritten(place, trainer, train);
      });
    }
    return { values, data: values };
  },
  figure: (values) => ({
    caption: {
      en: "First: step time over relu's. Second: test accuracy. Third: exact zeros, which maxout does not have. Mark: reference.",
      ko: "첫째: relu에 견준 한 단계의 시간. 둘째: 시험 정확도. 셋째: maxout에는 없는 정확한 0. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "time over relu's", ko: "relu의 몇 배" }, from: 0 },
        levels: [{ at: 1, name: "relu" }],
        bars: pieces.map(({ k, time }) =>
          bar({ en: `${k} pieces`, ko: `조각 ${k}개` }, values[`time ${k}`]!, time),
        ),
      },
      {
        kind: "bars",
        value: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0.7, to: 0.9 },
        bars: nets.map(({ name, width, activation, reference }) =>
          bar(`${activation} ${width}`, values[name]!, reference),
        ),
      },
      {
        kind: "bars",
        value: { label: { en: "exact zeros", ko: "정확한 0" }, percent: true, from: 0, to: 1 },
        bars: (["relu", "maxout"] as const).map((name) => bar(name, values[`zeros ${name}`]!)),
      },
    ],
  }),
  verdict(read) {
    const sparse = read("zeros maxout").median > 0.1;
    return {
      answer: sparse ? "holds" : "condition",
      text: {
        en: `Two pieces have ${read("parameters 2").median.toFixed(2)} times the weights and take ${read("time 2").median.toFixed(1)} times as long. Any relu network can be written with maxout. Test accuracy is ${percent(read("maxout").median)} against relu's ${percent(read("relu").median)}. "All benefits" ${sparse ? "holds here" : `does not hold: relu outputs ${percent(read("zeros relu").median, 0)} exact zeros, maxout ${percent(read("zeros maxout").median, 0)}`}.`,
        ko: `조각이 둘이면 가중치는 ${read("parameters 2").median.toFixed(2)}배, 시간은 ${read("time 2").median.toFixed(1)}배가 들고, relu 신경망은 모두 maxout으로 옮겨 쓸 수 있다. 시험 정확도는 relu ${percent(read("relu").median)}에 대해 ${percent(read("maxout").median)}이다. "장점을 모두"는 ${sparse ? "여기서는 맞다" : `사실이 아니다: relu의 출력은 ${percent(read("zeros relu").median, 0)}가 정확히 0이지만 maxout은 ${percent(read("zeros maxout").median, 0)}다`}.`,
      },
    };
  },
});

/** The largest difference between a relu network's predictions and those of the same written as maxout; one per seed. */
async function rewritten(place: Place, trainer: Trainer, data: ClassDataset): Promise<number[]> {
  const rows = featuresOf(data, 0, 100);
  const expected = await trainer.predict(rows);
  const each = expected.data.length / place.seeds.length;
  const largest: number[] = [];
  for (const [r, seed] of place.seeds.entries()) {
    const weights = asMaxout(await trainer.weights(r), 64);
    const found = await place.fresh(
      imageNet("maxout", 64, 2),
      async (other) => {
        other.setWeights(weights);
        return other.predict(rows);
      },
      [seed],
    );
    largest.push(
      found.data.reduce((max, v, i) => Math.max(max, Math.abs(v - expected.data[r * each + i]!)), 0),
    );
  }
  return largest;
}
