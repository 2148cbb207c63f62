import { type Weights, parameterGroup, sgd } from "../../index.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineExperiment } from "../experiment.ts";
import { filtersOf, lengthOf, moved } from "../filters.ts";
import { accuracyOf, bar, same } from "../measures.ts";
import { percent } from "../../report/numbers.ts";

const cases = [
  { name: "learned", en: "learned filters", ko: "학습한 필터", reference: [0.844] },
  { name: "random", en: "random filters", ko: "무작위 필터", reference: [0.786, 0.71, 0.8] },
] as const;

/** Filters that the figure shows. */
const SHOWN = 8;

/** The first filters of the first layer, nine weights each. */
const shown = (filters: Weights): number[][] => {
  const first = [...filters.values()][0]!.data;
  return Array.from({ length: SHOWN }, (_, i) => [...first.subarray(9 * i, 9 * i + 9)]);
};

export const learnedFilters = defineExperiment({
  row: 36,
  name: "learned-filters",
  chapter: "depth",
  images: true,
  seconds: [100, 5],
  title: { en: "Filters start random and are learned", ko: "필터는 무작위에서 시작해 학습된다" },
  statement: {
    en: "A convolution's filters start as random numbers, and training shapes them.",
    ko: "합성곱 필터는 무작위 수에서 시작하고 학습으로 완성된다.",
  },
  method: {
    en: "A convolutional network of 16 and 32 channels on images of 14 x 14, trained whole, and with its filters frozen at their random start, so that only the last layer learns.",
    ko: "14 x 14 이미지에서 채널 16과 32의 합성곱 신경망을 통째로 학습한 것과, 필터는 처음 그대로 두고 마지막 층만 학습한 것.",
  },
  notes: [
    {
      en: "The filters move further here than in the reference: at this learning rate some seeds overshoot in the first steps, which moves their filters far and kills maps (see the statement on swapped activations).",
      ko: "필터가 참조 결과보다 많이 움직인다. 이 학습률에서는 첫 단계들에서 지나치게 뛰는 시드가 있어 필터가 멀리 가고 맵이 죽는다(잘려 나가는 맵의 실험 참고).",
    },
  ],
  setup: { rows: 10_000, tests: 10_000, batch: 128, momentum: 0.9, lr: 0.05, steps: 300 },
  quick: { rows: 1500, tests: 300, steps: 15 },
  metrics: [
    ...cases.map(({ name, en, ko, reference }) => ({
      name,
      label: { en: `test accuracy, ${en}`, ko: `시험 정확도, ${ko}` },
      notation: "percent" as const,
      reference,
    })),
    {
      name: "gain",
      label: { en: "learned minus random", ko: "학습한 필터 빼기 무작위 필터" },
      reference: [0.058],
      gate: { from: 0.005, fashion: true },
    },
    {
      name: "change",
      label: {
        en: "change of the first layer's filters, relative to their norm",
        ko: "첫 층 필터의 변화, 처음 길이에 대해",
      },
      reference: [0.36],
      gate: { from: 0.05 },
    },
    {
      name: "frozen",
      label: { en: "change of the frozen filters", ko: "고정한 필터의 변화" },
      reference: [0],
      gate: { to: 0, each: true },
    },
  ],
  async run(place, { rows, tests, batch, momentum, lr, steps }) {
    const images = await place.images(rows, tests);
    const [data, test] = [pooled(images.train), pooled(images.test)];
    const model = smallCnn("relu", two);
    const last = `${model.layers.length - 1}.`;
    const values: Record<string, number[]> = {};
    const filters: { before: number[][]; after: number[][] }[] = [];
    for (const { name } of cases) {
      const kept = parameterGroup((part) => !part.startsWith(last), { lr: 0 });
      const training = {
        model,
        data,
        batch,
        steps: 0,
        lr,
        optimizer: (rate: number | readonly number[]) =>
          sgd({ lr: rate, momentum, groups: name === "random" ? [kept] : [] }),
        doing: name,
      };
      await place.train(training, async (trainer) => {
        const before = await filtersOf(trainer);
        await trainer.fit(data, { steps, budgetMs: 500, signal: place.signal });
        place.say(name);
        const after = await filtersOf(trainer);
        values[name] = await accuracyOf(trainer, test);
        values[name === "random" ? "frozen" : "change"] = before.map((from, r) => {
          const [first, learned] = [from, after[r]!].map((all) => new Map([...all].slice(0, 1)));
          return lengthOf(moved(first!, learned!)) / lengthOf([...[...first!.values()][0]!.data]);
        });
        filters.push({ before: shown(before[0]!), after: shown(after[0]!) });
      });
    }
    values["gain"] = values["learned"]!.map((v, r) => v - values["random"]![r]!);
    return { values, data: { values, ...filters[0]! } };
  },
  figure: ({ values, before, after }) => ({
    caption: {
      en: "First: test accuracy, mark: reference. Second: eight filters of the first layer, one per row, before and after training.",
      ko: "첫째: 시험 정확도, 표시는 참조 결과. 다음: 첫 층의 필터 여덟 개를 한 줄에 하나씩, 학습 전과 후.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0, to: 1 },
        bars: cases.map(({ name, en, ko, reference }) => bar({ en, ko }, values[name]!, reference[0])),
      },
      ...([before, after] as const).map((filters, i) => ({
        kind: "heat" as const,
        title: i === 0 ? { en: "before training", ko: "학습 전" } : { en: "learned", ko: "학습 후" },
        x: {
          label: { en: "weight of the filter", ko: "필터의 가중치" },
          names: filters[0]!.map((_, x) => `${x + 1}`),
        },
        y: { label: { en: "filter", ko: "필터" }, names: filters.map((_, y) => same(`${y + 1}`)) },
        values: filters,
        from: -1,
        to: 1,
      })),
    ],
  }),
  verdict: (read) => ({
    answer: read("gain").median > 0 && read("change").median > 0.05 ? "holds" : "fails",
    text: {
      en: `Training moves the filters by ${percent(read("change").median, 0)} of their norm and reaches ${percent(read("learned").median)}; frozen random filters reach ${percent(read("random").median)}. So filters are learned, and random ones get surprisingly far.`,
      ko: `학습은 필터를 처음 길이의 ${percent(read("change").median, 0)}만큼 옮기고, 무작위로 둔 필터의 ${percent(read("random").median)}에 견주어 ${percent(read("learned").median)}에 이른다. 필터는 학습되며, 무작위 필터만으로도 꽤 멀리 간다.`,
    },
  }),
});
