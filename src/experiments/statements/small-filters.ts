import { sgd } from "../../index.ts";
import { SIDE, type Stage, pooled, smallCnn } from "../cnn.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar } from "../measures.ts";
import { percent } from "../../report/numbers.ts";

const CHANNELS = 16;
/** By so much the reference's own seeds differ: 0.811 to 0.841. */
const NOISE = 0.03;
const first: readonly Stage[] = [{ channels: CHANNELS }, "pool"];

const cases = [
  {
    name: "one 5x5",
    en: "one 5 x 5",
    ko: "5 x 5 하나",
    kernels: [5],
    macs: 313_600,
    reference: [0.837],
  },
  {
    name: "two 3x3",
    en: "two 3 x 3",
    ko: "3 x 3 둘",
    kernels: [3, 3],
    macs: 225_792,
    reference: [0.835, 0.811, 0.841],
  },
] as const;

/** Multiplications and additions of the convolutions that differ, for one image. */
const macsOf = (kernels: readonly number[]): number =>
  kernels.reduce((sum, k) => sum + (SIDE / 2) ** 2 * k * k * CHANNELS * CHANNELS, 0);

export const smallFilters = defineExperiment({
  row: 24,
  name: "small-filters",
  chapter: "depth",
  images: true,
  seconds: [175, 8],
  title: { en: "Two small filters or one large", ko: "작은 필터 둘과 큰 필터 하나" },
  statement: {
    en: "Small filters in more layers need fewer operations for the same accuracy.",
    ko: "작은 필터를 여러 층 쌓으면 더 적은 연산으로 같은 정확도를 낸다.",
  },
  method: {
    en: "A convolutional network of 16 channels on images of 14 x 14, with one convolution of 5 x 5 or two of 3 x 3, which see the same 5 x 5 pixels; relu, SGD with momentum.",
    ko: "14 x 14 이미지의 16채널 합성곱 신경망에 5 x 5 합성곱 하나, 또는 똑같이 5 x 5 픽셀을 보는 3 x 3 합성곱 둘을 넣는다. relu, 모멘텀 SGD.",
  },
  setup: { rows: 10_000, tests: 10_000, batch: 128, momentum: 0.9, lr: 0.05, steps: 500 },
  quick: { rows: 1500, tests: 500, steps: 20 },
  metrics: [
    ...cases.flatMap(({ name, en, ko, macs, reference }) => [
      {
        name: `${name} macs`,
        label: { en: `multiply-adds per image, ${en}`, ko: `이미지당 곱셈-덧셈, ${ko}` },
        notation: "count" as const,
        reference: [macs] as const,
        gate: { from: macs, to: macs },
      },
      {
        name,
        label: { en: `test accuracy, ${en}`, ko: `시험 정확도, ${ko}` },
        notation: "percent" as const,
        reference,
      },
    ]),
    {
      name: "difference",
      label: { en: "test accuracy, two 3 x 3 minus one 5 x 5", ko: "시험 정확도, 3 x 3 둘 빼기 5 x 5 하나" },
      reference: [-0.002],
      gate: { from: -NOISE, fashion: true },
    },
  ],
  async run(place, { rows, tests, batch, momentum, lr, steps }) {
    const images = await place.images(rows, tests);
    const [data, test] = [pooled(images.train), pooled(images.test)];
    const values: Record<string, number[]> = {};
    for (const { name, kernels } of cases) {
      const more = kernels.map((kernel): Stage => ({ channels: CHANNELS, kernel }));
      const training = {
        model: smallCnn("relu", [...first, ...more, "pool"]),
        data,
        batch,
        steps,
        lr,
        optimizer: (rate: number | readonly number[]) => sgd({ lr: rate, momentum }),
        doing: name,
      };
      values[name] = await place.train(training, (trainer) => accuracyOf(trainer, test));
      values[`${name} macs`] = [macsOf(kernels)];
    }
    const [large, small] = cases.map(({ name }) => values[name]!);
    values["difference"] = small!.map((v, r) => v - large![r]!);
    return { values, data: values };
  },
  figure: (values) => ({
    caption: {
      en: "First: work for one image. Second: test accuracy, range over seeds; mark: reference.",
      ko: "첫째: 이미지 한 장에 드는 연산. 둘째: 시험 정확도와 시드의 최소·최대, 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "multiply-adds", ko: "곱셈-덧셈" }, from: 0 },
        bars: cases.map(({ name, en, ko, macs }) => bar({ en, ko }, values[`${name} macs`]!, macs)),
      },
      {
        kind: "bars",
        value: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0, to: 1 },
        bars: cases.map(({ name, en, ko, reference }) => bar({ en, ko }, values[name]!, reference[0])),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("difference").median > -NOISE ? "holds" : "fails",
    text: {
      en: `Two 3 x 3 convolutions take ${percent(read("two 3x3 macs").median / read("one 5x5 macs").median, 0)} of the operations of one 5 x 5. Test accuracy is ${percent(read("two 3x3").median)} against ${percent(read("one 5x5").median)}, ${read("difference").median > -NOISE ? "a difference within the noise of the seeds" : "which is less"}.`,
      ko: `3 x 3 합성곱 둘의 연산은 5 x 5 하나의 ${percent(read("two 3x3 macs").median / read("one 5x5 macs").median, 0)}이다. 시험 정확도는 ${percent(read("two 3x3").median)} 대 ${percent(read("one 5x5").median)}로, ${read("difference").median > -NOISE ? "시드에 따른 차이 안에 있다" : "더 낮다"}.`,
    },
  }),
});
