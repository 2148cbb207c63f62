import { adam, sgd } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar, point } from "../measures.ts";
import { imageNet, net } from "../networks.ts";
import { planeSets } from "../plane.ts";
import { bent, steepTanh } from "../variance.ts";
import { percent } from "../../report/numbers.ts";

const early: Readonly<Record<string, number>> = { 0: 0.322, 0.25: 0.272, 0.5: 0.246, 0.75: 0.223 };
const late: Readonly<Record<string, number>> = { 0: 0.876, 0.1: 0.885, 0.5: 0.871, 0.75: 0.866, 1: 0.846 };
const steep: Readonly<Record<string, number>> = { 1: 0.898, 2: 0.9, 4: 0.845, 8: 0.715 };
const spiral: Readonly<Record<string, number>> = { 0: 1, 0.5: 1, 0.75: 0.99, 0.9: 0.805, 1: 0.648 };

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Slopes and sharpnesses of the full set-up; a quick one takes some of them. */
const [SLOPES, SHARP, SPIRALS] = [
  [0, 0.5, 1],
  [1, 4, 8],
  [0, 0.5, 0.9, 1],
];

export const nearlyLinear = defineExperiment({
  row: 32,
  name: "nearly-linear",
  chapter: "depth",
  images: true,
  seconds: [200, 20],
  title: { en: "Nearly linear, but not too nearly", ko: "선형에 가깝게, 그러나 너무 가깝지는 않게" },
  statement: {
    en: "The closer an activation is to a line, the more easily a network learns; too close, and it learns badly.",
    ko: "활성화 함수는 선형에 가까울수록 학습이 쉽고, 너무 가까우면 나쁘다.",
  },
  method: {
    en: "784-[64]x{depth}-10, initialised to preserve the variance (Glorot for tanh), SGD with momentum: error on {judged} training images early in training, and training accuracy at the end, for slopes below 0 from 0 (relu) to 1 (linear) and for tanh(gx)/g. And 2-16-16-2 on two spirals.",
    ko: "분산을 보존하는 가중치(tanh는 Glorot)에서 784-[64]x{depth}-10을 모멘텀 SGD로 학습한다. 음수 쪽 기울기 0(relu)부터 1(선형)까지와 tanh(gx)/g에 대해, 학습 초반 훈련 이미지 {judged}장의 오류와 끝의 훈련 정확도를 본다. 두 나선에는 2-16-16-2를 쓴다.",
  },
  notes: [
    {
      en: "Slopes of 0.99 and more need a learning rate of at most 0.01: at 0.03 seeds diverge. At slope 0.5 one of three still does; the median ignores it.",
      ko: "기울기가 0.99 이상이면 학습률을 0.01 이하로 둔다: 0.03에서는 발산하는 시드가 있다. 기울기 0.5에서도 셋 중 하나가 발산하며, 중앙값에는 드러나지 않는다.",
    },
  ],
  setup: {
    rows: 10_000,
    judged: 1000,
    batch: 128,
    momentum: 0.9,
    depth: 10,
    lr: 0.03,
    linear: 0.01,
    steps: 800,
    every: 20,
    early: 200,
    slopes: SLOPES,
    sharp: SHARP,
    spirals: SPIRALS,
    spiralLr: 0.01,
    spiralSteps: 3000,
  },
  quick: {
    rows: 4000,
    judged: 500,
    steps: 100,
    every: 50,
    early: 100,
    slopes: [0, 0.5, 1],
    sharp: [1, 8],
    spirals: [0, 1],
    spiralSteps: 800,
  },
  metrics: [
    ...SLOPES.map((slope) => ({
      name: `early ${slope}`,
      label: { en: `early error, slope ${slope}`, ko: `학습 초반의 오류, 기울기 ${slope}` },
      notation: "percent" as const,
      ...(early[slope] !== undefined && { reference: [early[slope]] as const }),
    })),
    ...SLOPES.map((slope) => ({
      name: `late ${slope}`,
      label: { en: `training accuracy, slope ${slope}`, ko: `훈련 정확도, 기울기 ${slope}` },
      notation: "percent" as const,
      ...(late[slope] !== undefined && { reference: [late[slope]] as const }),
    })),
    ...SHARP.map((g) => ({
      name: `tanh ${g}`,
      label: { en: `training accuracy, tanh(${g}x)/${g}`, ko: `훈련 정확도, tanh(${g}x)/${g}` },
      notation: "percent" as const,
      ...(steep[g] !== undefined && { reference: [steep[g]] as const }),
    })),
    ...SPIRALS.map((slope) => ({
      name: `spirals ${slope}`,
      label: { en: `spirals, slope ${slope}`, ko: `나선, 기울기 ${slope}` },
      notation: "percent" as const,
      ...(spiral[slope] !== undefined && { reference: [spiral[slope]] as const }),
      ...(slope === 1 && { gate: { to: 0.75 } }),
      ...(slope === 0 && { gate: { from: 0.98 } }),
    })),
    {
      name: "easier",
      label: {
        en: "early error, slope 0 minus 0.5",
        ko: "학습 초반의 오류, 기울기 0 빼기 0.5",
      },
      reference: [0.076],
      gate: { from: 0, fashion: true },
    },
    {
      name: "capacity",
      label: { en: "training accuracy, slope 0 minus 1", ko: "훈련 정확도, 기울기 0 빼기 1" },
      reference: [0.03],
      gate: { from: 0.005, fashion: true },
    },
  ],
  async run(place, setup) {
    const { rows, judged, batch, depth, momentum, lr, linear, steps, every, slopes, sharp, spirals } = setup;
    const data = (await place.images(rows, 10)).train;
    const few = (await place.images(judged, 10)).train;
    const values: Record<string, number[]> = {};
    const curves: { name: string; points: { step: number; error: number[] }[] }[] = [];
    const cases = [
      ...slopes.map((slope) => ({ name: String(slope), slope, last: `late ${slope}`, ...bent(slope) })),
      ...sharp.map((g) => ({ name: `tanh ${g}`, slope: undefined, last: `tanh ${g}`, ...steepTanh(g) })),
    ];
    for (const { name, slope, last, activation, init } of cases) {
      const doing = slope === undefined ? name : `slope ${slope}`;
      const training = {
        model: imageNet(activation, 64, depth, init),
        data,
        batch,
        steps: 0,
        lr: slope !== undefined && slope >= 0.99 ? linear : lr,
        optimizer: (rate: number | readonly number[]) => sgd({ lr: rate, momentum }),
        doing,
      };
      await place.train(training, async (trainer) => {
        const points: { step: number; error: number[] }[] = [];
        const fit = (count: number) =>
          trainer.fit(data, { steps: count, onDiverged: "freeze", budgetMs: 500, signal: place.signal });
        for (let step = every; step <= setup.early; step += every) {
          await fit(every);
          place.say(doing, [step, steps]);
          points.push({ step, error: (await accuracyOf(trainer, few)).map((a) => 1 - a) });
        }
        await fit(steps - setup.early);
        place.say(doing);
        values[last] = await accuracyOf(trainer, data);
        if (slope === undefined) return;
        values[`early ${slope}`] = place.seeds.map((_, r) => mean(points.map(({ error }) => error[r]!)));
        curves.push({ name, points });
      });
    }
    const set = planeSets.spirals();
    for (const slope of spirals) {
      const { activation, init } = bent(slope);
      const training = {
        model: net({ inputs: 2, hidden: [16, 16], outputs: 2, activation, init }),
        data: set,
        batch: set.rows,
        steps: setup.spiralSteps,
        lr: setup.spiralLr,
        optimizer: (rate: number | readonly number[]) => adam({ lr: rate }),
        doing: `spirals, slope ${slope}`,
      };
      values[`spirals ${slope}`] = await place.train(training, (trainer) => accuracyOf(trainer, set));
    }
    const less = (a: string, b: string): number[] => values[a]!.map((v, r) => v - values[b]![r]!);
    values["easier"] = less("early 0", "early 0.5");
    values["capacity"] = less("late 0", "late 1");
    return { values, data: { values, curves, sharp, spirals } };
  },
  figure: ({ values, curves, sharp, spirals }) => ({
    caption: {
      en: "First: early error by slope below 0: the straighter, the faster. Second: spirals, which a linear function cannot separate. Third: the more sharply tanh(gx)/g bends, the worse {depth} layers learn. Mark: reference.",
      ko: "첫째: 음수 쪽 기울기에 따른 학습 초반의 오류로, 선형에 가까울수록 빠르다. 둘째: 선형 함수로는 나눌 수 없는 나선. 셋째: tanh(gx)/g가 급하게 꺾일수록 {depth}개 층의 학습이 나빠진다. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "step", ko: "단계" } },
        y: { label: { en: "error", ko: "오류" }, percent: true, from: 0 },
        series: curves.map(({ name, points }) => ({
          name: { en: `slope ${name}`, ko: `기울기 ${name}` },
          points: points.map(({ step, error }) => point(step, error)),
        })),
      },
      {
        kind: "bars",
        value: { label: { en: "accuracy on spirals", ko: "나선 정확도" }, percent: true, from: 0.5, to: 1 },
        bars: spirals.map((slope) =>
          bar({ en: `slope ${slope}`, ko: `기울기 ${slope}` }, values[`spirals ${slope}`]!, spiral[slope]),
        ),
      },
      {
        kind: "bars",
        value: { label: { en: "training accuracy", ko: "훈련 정확도" }, percent: true, from: 0, to: 1 },
        bars: sharp.map((g) => bar(`tanh(${g}x)/${g}`, values[`tanh ${g}`]!, steep[g])),
      },
    ],
  }),
  verdict(read) {
    const [easier, spirals] = [read("easier").median > 0, read("spirals 1").median < 0.75];
    return {
      answer: easier && spirals ? "holds" : easier || spirals ? "condition" : "fails",
      text: {
        en: `Early in training the error is ${percent(read("early 0").median)} at slope 0 and ${percent(read("early 0.5").median)} at 0.5, and tanh(8x)/8 trains {depth} layers only to ${percent(read("tanh 8").median)} where tanh reaches ${percent(read("tanh 1").median)}. Being too straight costs capacity, not speed: at slope 1 the two spirals stay at ${percent(read("spirals 1").median)}.`,
        ko: `학습 초반의 오류는 기울기 0에서 ${percent(read("early 0").median)}, 0.5에서 ${percent(read("early 0.5").median)}이고, {depth}개 층에서 tanh가 ${percent(read("tanh 1").median)}에 이를 때 tanh(8x)/8은 ${percent(read("tanh 8").median)}에 그친다. 너무 곧으면 속도가 아니라 표현력을 잃는다: 기울기 1에서 두 나선은 ${percent(read("spirals 1").median)}에 머문다.`,
      },
    };
  },
});
