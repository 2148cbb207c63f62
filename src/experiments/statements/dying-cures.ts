import { type Killed, killAndTrain, killing } from "../dying.ts";
import { defineExperiment } from "../experiment.ts";
import { bar } from "../measures.ts";

const cases = [
  { name: "leaky .01", activation: "leaky_relu", accuracy: [0.424, 0.12, 0.59], diverged: 4 },
  { name: "leaky .1", activation: "leaky_relu:negativeSlope=0.1", accuracy: [0.8], diverged: undefined },
  { name: "prelu", activation: "prelu", accuracy: undefined, diverged: 5 },
  { name: "elu", activation: "elu", accuracy: [0.828], diverged: 2 },
  { name: "maxout", activation: "maxout", accuracy: [0.861], diverged: 5 },
  { name: "tanh", activation: "tanh", accuracy: [0.804], diverged: undefined },
] as const;

export const dyingCures = defineExperiment({
  row: 17,
  name: "dying-cures",
  chapter: "relu",
  images: true,
  seeds: 5,
  seconds: [160, 35],
  title: { en: "What leaky, ELU and maxout cure", ko: "leaky, ELU, maxout이 고치는 것" },
  statement: {
    en: "Leaky ReLU, PReLU, ELU and Maxout do not die.",
    ko: "Leaky ReLU, PReLU, ELU, Maxout은 죽지 않는다.",
  },
  method: {
    en: "The harm that kills relu units, done to networks with the others: (a) three steps at learning rate 1, (b) hidden biases of -3; then 400 normal steps.",
    ko: "relu를 죽이는 것과 똑같은 해를 다른 함수의 신경망에 준다: (가) 학습률 1로 세 단계, (나) 은닉 편향 -3. 그 뒤 보통 학습 400단계.",
  },
  ...killing,
  metrics: [
    ...cases.flatMap(({ name, accuracy, diverged }) => [
      {
        name: `bias ${name}`,
        label: { en: `(b) test accuracy, ${name}`, ko: `(나) 시험 정확도, ${name}` },
        notation: "percent" as const,
        ...(accuracy && { reference: accuracy as readonly [number] | readonly [number, number, number] }),
        ...(name === "elu" && { gate: { from: 0.6 } }),
      },
      {
        name: `kick ${name}`,
        label: { en: `(a) diverged, ${name}: seeds`, ko: `(가) 발산, ${name}: 시드 수` },
        notation: "count" as const,
        ...(diverged !== undefined && { reference: [diverged] as const }),
      },
    ]),
    {
      name: "bias dead",
      label: { en: "(b) dead units, worst activation", ko: "(나) 죽은 유닛, 모두 중 최대" },
      notation: "percent",
      reference: [0],
      gate: { to: 0.05 },
    },
    {
      name: "cured",
      label: { en: "(a) share of networks that recover", ko: "(가) 학습을 이어가는 신경망 비율" },
      notation: "percent",
      gate: { to: 0.8 },
    },
  ],
  async run(place, setup) {
    const images = await place.images(setup.rows, setup.tests);
    const values: Record<string, number[]> = {};
    const rows: { name: string; bias: Killed; kick: Killed }[] = [];
    for (const { name, activation } of cases) {
      const bias = await killAndTrain(place, activation, "bias", setup, images);
      const kick = await killAndTrain(place, activation, "kick", setup, images);
      values[`bias ${name}`] = bias.accuracy;
      values[`kick ${name}`] = [kick.diverged.reduce((a, b) => a + b, 0)];
      rows.push({ name, bias, kick });
    }
    values["bias dead"] = place.seeds.map((_, r) => Math.max(...rows.map((row) => row.bias.dead[r]!)));
    values["cured"] = place.seeds.map(
      (_, r) =>
        rows.filter(({ kick }) => kick.diverged[r] === 0 && kick.accuracy[r]! > 0.5).length / rows.length,
    );
    return {
      values,
      data: rows.map(({ name, bias, kick }) => ({
        name,
        accuracy: bias.accuracy,
        kicked: kick.accuracy.map((v) => (Number.isNaN(v) ? 0 : v)),
      })),
    };
  },
  figure: (rows) => ({
    caption: {
      en: "Test accuracy after the harm and 400 normal steps. A diverged network counts as 0. Mark: reference.",
      ko: "해를 준 뒤 보통 학습 400단계의 시험 정확도. 발산한 신경망은 0으로 친다. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        title: { en: "(b) biases of -3", ko: "(나) 편향 -3" },
        value: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0, to: 1 },
        bars: rows.map(({ name, accuracy }, i) => bar(name, accuracy, cases[i]!.accuracy?.[0])),
      },
      {
        kind: "bars",
        title: { en: "(a) three steps at lr 1", ko: "(가) 학습률 1로 세 단계" },
        value: { label: { en: "test accuracy", ko: "시험 정확도" }, percent: true, from: 0, to: 1 },
        bars: rows.map(({ name, kicked }) => bar(name, kicked)),
      },
    ],
  }),
  verdict(read) {
    const recovered = read("bias elu").median > 0.6 && read("bias dead").median < 0.05;
    return {
      answer: !recovered ? "fails" : read("cured").median > 0.8 ? "holds" : "condition",
      text: {
        en: `After biases of -3 no unit stays dead: ELU recovers to ${(100 * read("bias elu").median).toFixed(0)} %, leaky relu with slope 0.01, slowly, to ${(100 * read("bias leaky .01").median).toFixed(0)} %. After steps that are too large, units do not die, but most networks diverge: only ${(100 * read("cured").median).toFixed(0)} % recover.`,
        ko: `편향 -3 뒤에는 아무것도 죽은 채로 남지 않는다: ELU는 ${(100 * read("bias elu").median).toFixed(0)} %로 돌아오고, 기울기 0.01의 leaky는 천천히 ${(100 * read("bias leaky .01").median).toFixed(0)} %에 이른다. 너무 큰 걸음 뒤에는 죽는 대신 대개 발산한다: 학습을 이어가는 것은 ${(100 * read("cured").median).toFixed(0)} %뿐이다.`,
      },
    };
  },
});
