import { type Dataset, type Trainer, linear, sequential } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { type Affine, accuracyOf, bar, layersOf, numbersOf } from "../measures.ts";
import { imageNet } from "../networks.ts";
import type { Place } from "../place.ts";
import { imageRace } from "../lab-races.ts";

const cases = [
  { depth: 0, name: "softmax regression", reference: [0.824, 0.82, 0.828] },
  { depth: 1, name: "1 hidden", reference: [0.822] },
  { depth: 2, name: "2 hidden", reference: [0.82] },
  { depth: 4, name: "4 hidden", reference: [0.82] },
  { depth: 8, name: "8 hidden", reference: [0.817] },
] as const;

/** Layers one after another as one, multiplied out in float64. */
function multiplied(layers: readonly Affine[]): Affine {
  return layers.reduce((first, second) => {
    const [inputs, middle, outputs] = [
      first.weight.length / first.bias.length,
      first.bias.length,
      second.bias.length,
    ];
    const weight = new Float64Array(outputs * inputs);
    const bias = Float64Array.from(second.bias);
    for (let o = 0; o < outputs; o++)
      for (let k = 0; k < middle; k++) {
        const w = second.weight[o * middle + k]!;
        bias[o]! += w * first.bias[k]!;
        for (let i = 0; i < inputs; i++) weight[o * inputs + i]! += w * first.weight[k * inputs + i]!;
      }
    return { weight, bias };
  });
}

function classes(values: Float32Array): number[] {
  return Array.from({ length: values.length / 10 }, (_, row) => {
    const own = values.subarray(row * 10, (row + 1) * 10);
    return own.indexOf(Math.max(...own));
  });
}

/** Share of images whose class the one matrix gives as the network does, one per seed. */
async function agreement(place: Place, trainer: Trainer, images: Dataset): Promise<number[]> {
  const x = numbersOf(images);
  const deep = (await trainer.predict(x)).data;
  const found: number[] = [];
  for (const r of place.seeds.keys()) {
    const { weight, bias } = multiplied(layersOf(await trainer.weights(r)));
    const flat = await place.fresh(
      sequential(linear(784, 10)),
      async (one) => {
        one.setWeights(
          new Map([
            ["0.weight", { shape: [10, 784], data: Float32Array.from(weight) }],
            ["0.bias", { shape: [10], data: Float32Array.from(bias) }],
          ]),
        );
        return classes((await one.predict(x)).data);
      },
      [0],
    );
    const own = classes(deep.subarray(r * images.rows * 10, (r + 1) * images.rows * 10));
    found.push(own.filter((k, i) => k === flat[i]).length / own.length);
  }
  return found;
}

export const linearDepth = defineExperiment({
  row: 3,
  name: "linear-depth",
  chapter: "linear",
  images: true,
  seconds: [125, 15],
  title: { en: "Deep linear networks do no better", ko: "선형 신경망은 깊어도 나아지지 않는다" },
  statement: {
    en: "A linear network, however deep, can do no better than a linear model.",
    ko: "선형 신경망은 아무리 깊어도 선형 모델보다 잘할 수 없다.",
  },
  method: {
    en: "784-[64]xD-10 without activations, SGD, on 10,000 images; the deepest network's classes against those of the one matrix that it multiplies out to.",
    ko: "활성화 함수가 없는 784-[64]xD-10을 이미지 10,000장에서 SGD로 학습하고, 가장 깊은 신경망의 클래스를 행렬 하나의 것과 비교한다.",
  },
  race: {
    ...imageRace([64, 64], ["identity", "relu"], [0.02, 0.1]),
    look: {
      en: "Look at the test accuracy: identity stays where a single layer gets, relu goes beyond.",
      ko: "시험 정확도를 보라: identity는 한 층의 자리에 머물고 relu는 그것을 넘는다.",
    },
  },
  setup: { rows: 10_000, tests: 10_000, depths: [0, 1, 2, 4, 8], batch: 128, lr: 0.02, steps: 1560 },
  quick: { rows: 4000, tests: 4000, depths: [0, 2, 8], steps: 300 },
  metrics: [
    ...cases.map(({ name, reference }) => ({
      name,
      label: { en: `test accuracy, ${name}`, ko: `시험 정확도, ${name}` },
      reference: reference as readonly [number] | readonly [number, number, number],
    })),
    {
      name: "gain",
      label: { en: "best deep network minus softmax regression", ko: "가장 나은 깊은 것 빼기 softmax 회귀" },
      reference: [-0.002],
      gate: { to: 0.01 },
    },
    {
      name: "agreement",
      label: { en: "same class as the one matrix", ko: "행렬 하나와 클래스가 같은 비율" },
      notation: "percent",
      reference: [1],
      gate: { from: 0.999, each: true },
    },
  ],
  async run(place, { rows, tests, depths, lr, steps }) {
    const { train, test } = await place.images(rows, tests);
    const values: Record<string, number[]> = {};
    for (const { depth, name } of cases) {
      if (!(depths as readonly number[]).includes(depth)) continue;
      const model = depth === 0 ? sequential(linear(784, 10)) : imageNet("linear", 64, depth);
      await place.train({ model, data: train, steps, lr, doing: name }, async (trainer) => {
        values[name] = await accuracyOf(trainer, test);
        if (depth === depths.at(-1))
          values["agreement"] = await agreement(place, trainer, (await place.images(10, 1000)).test);
      });
    }
    const deep = cases.slice(1).flatMap(({ name }) => (values[name] === undefined ? [] : [values[name]]));
    values["gain"] = place.seeds.map(
      (_, r) => Math.max(...deep.map((own) => own[r]!)) - values["softmax regression"]![r]!,
    );
    return {
      values,
      data: cases.flatMap(({ name, reference }) =>
        values[name] === undefined ? [] : [{ name, reference: reference[0], values: values[name] }],
      ),
    };
  },
  figure: (bars) => ({
    caption: {
      en: "Test accuracy of linear networks by depth. Mark: reference, on Fashion-MNIST.",
      ko: "깊이에 따른 선형 신경망의 시험 정확도. 표시는 Fashion-MNIST의 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0, to: 1 },
        bars: bars.map(({ name, reference, values }) => bar(name, values, reference)),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("gain").median < 0.01 && read("agreement").low >= 0.999 ? "holds" : "fails",
    text: {
      en: "More linear layers gain nothing: the deepest network decides exactly as the one matrix that it multiplies out to. Depth pays off only with something non-linear between the layers.",
      ko: "선형 층을 늘려도 얻는 것이 없다: 가장 깊은 신경망은 곱해서 얻은 행렬 하나와 똑같이 판정한다. 깊이는 층 사이에 비선형이 있어야 값어치가 있다.",
    },
  }),
});
