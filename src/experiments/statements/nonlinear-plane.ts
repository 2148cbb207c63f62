import { type ClassDataset, adam } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar } from "../measures.ts";
import { net } from "../networks.ts";
import { planeNames, planeSets } from "../plane.ts";
import { planeRace } from "../lab-races.ts";

const references = { xor: [0.5, 1], circles: [0.55, 1], curves: [0.815, 1], spirals: [0.648, 1] } as const;

/** The four corners. */
const corners: ClassDataset = {
  kind: "classes",
  name: "xor-4",
  rows: 4,
  shape: [2],
  x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
  labels: Uint32Array.of(0, 1, 1, 0),
  classes: 2,
};

const cornerCases = [
  { name: "linear 2-8-2", activation: "linear", width: 8, reference: 0, gate: { to: 0 } },
  { name: "relu 2-8-2", activation: "relu", width: 8, reference: 19, gate: { from: 16 } },
  { name: "tanh 2-8-2", activation: "tanh", width: 8, reference: 20, gate: { from: 18 } },
  { name: "sigmoid 2-8-2", activation: "sigmoid", width: 8, reference: 20, gate: { from: 18 } },
  { name: "relu 2-2-2", activation: "relu", width: 2, reference: 4, gate: { to: 12 } },
] as const;

export const nonlinearPlane = defineExperiment({
  row: 4,
  name: "nonlinear-plane",
  chapter: "linear",
  seeds: 5,
  seconds: [45, 15],
  title: { en: "Non-linear classifies better: the plane", ko: "비선형이 더 잘 분류한다: 평면" },
  statement: {
    en: "With a non-linear activation a network separates what no line separates, XOR first of all.",
    ko: "비선형 활성화 함수를 쓰면 직선으로 나눌 수 없는 것, 무엇보다 XOR를 나눈다.",
  },
  method: {
    en: "2-16-16-2 on four sets of 400 points, full batch, Adam; and the four corners of XOR with twenty seeds.",
    ko: "점 400개의 네 집합에서 2-16-16-2를 전체 배치와 Adam으로 학습하고, XOR의 네 꼭짓점은 시드 스무 개로 학습한다.",
  },
  race: {
    ...planeRace("spirals:n=400,turns=1.5", [16, 16], ["identity", "relu", "tanh", "sigmoid"], {
      steps: 3000,
    }),
    look: {
      en: "Look at the surfaces: identity cuts the spirals with a line, the others follow them.",
      ko: "경계를 보라: identity는 나선을 직선으로 자르고 나머지는 나선을 따라간다.",
    },
  },
  setup: {
    network: "2-16-16-2",
    sets: planeNames,
    optimizer: "adam",
    lr: 0.01,
    steps: 1000,
    spirals: 3000,
    corners: 20,
    cornerSteps: 3000,
  },
  quick: { steps: 600, spirals: 1500, cornerSteps: 1500 },
  metrics: [
    ...planeNames.flatMap((set) => [
      {
        name: `${set} linear`,
        label: { en: `${set}, linear`, ko: `${set}, 선형` },
        reference: [references[set][0]] as const,
        gate: { to: set === "curves" ? 0.9 : 0.75 },
      },
      {
        name: `${set} relu`,
        label: { en: `${set}, relu`, ko: `${set}, relu` },
        reference: [references[set][1]] as const,
        gate: { from: 0.98 },
      },
    ]),
    ...cornerCases.map(({ name, reference, gate }) => ({
      name,
      label: { en: `XOR's corners, ${name}: solved of 20`, ko: `XOR 꼭짓점, ${name}: 20개 중 해결` },
      notation: "count" as const,
      reference: [reference] as const,
      gate,
    })),
  ],
  async run(place, { lr, steps, spirals, corners: count, cornerSteps }) {
    const values: Record<string, number[]> = {};
    const optimizer = (rate: number | readonly number[]) => adam({ lr: rate });
    for (const set of planeNames) {
      const data = planeSets[set]();
      for (const activation of ["linear", "relu"] as const) {
        const model = net({ inputs: 2, hidden: [16, 16], outputs: 2, activation });
        const training = {
          model,
          data,
          batch: data.rows,
          steps: set === "spirals" ? spirals : steps,
          lr,
          optimizer,
          doing: `${set}, ${activation}`,
        };
        values[`${set} ${activation}`] = await place.train(training, (trainer) => accuracyOf(trainer, data));
      }
    }
    const seeds = Array.from({ length: count }, (_, i) => i);
    for (const { name, activation, width } of cornerCases) {
      const model = net({ inputs: 2, hidden: [width], outputs: 2, activation });
      const training = {
        model,
        data: corners,
        batch: 4,
        steps: cornerSteps,
        lr,
        optimizer,
        seeds,
        doing: name,
      };
      const right = await place.train(training, (trainer) => accuracyOf(trainer, corners));
      values[name] = [right.filter((a) => a === 1).length];
    }
    return {
      values,
      data: {
        sets: planeNames.map((set) => ({
          set,
          linear: values[`${set} linear`]!,
          relu: values[`${set} relu`]!,
        })),
        corners: cornerCases.map(({ name, reference }) => ({ name, reference, values: values[name]! })),
      },
    };
  },
  figure: ({ sets, corners: solved }) => ({
    caption: {
      en: "First: accuracy without an activation and with relu. Second: how many of twenty networks learn XOR's four corners. Mark: reference.",
      ko: "첫째: 활성화 함수가 없을 때와 relu일 때의 정확도. 둘째: 신경망 스무 개 중 XOR의 네 꼭짓점을 배운 수. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "accuracy", ko: "정확도" }, percent: true, from: 0, to: 1 },
        bars: sets.flatMap(({ set, linear, relu }) => [
          bar({ en: `${set}, linear`, ko: `${set}, 선형` }, linear, references[set][0]),
          bar(`${set}, relu`, relu, references[set][1]),
        ]),
      },
      {
        kind: "bars",
        value: { label: { en: "solved of 20", ko: "20개 중 해결" }, from: 0, to: 20 },
        bars: solved.map(({ name, values, reference }) => bar(name, values, reference)),
      },
    ],
  }),
  verdict: (read) => ({
    answer: planeNames.every((set) => read(`${set} relu`).median > read(`${set} linear`).median + 0.05)
      ? "holds"
      : "fails",
    text: {
      en: `Relu separates what no line can: spirals go from ${(100 * read("spirals linear").median).toFixed(0)} % to ${(100 * read("spirals relu").median).toFixed(0)} %. It needs some room: only ${read("relu 2-2-2").median} of 20 networks learn XOR's corners with two hidden units, ${read("relu 2-8-2").median} with eight.`,
      ko: `직선으로 나눌 수 없는 것을 relu는 나눈다: 나선이 ${(100 * read("spirals linear").median).toFixed(0)} %에서 ${(100 * read("spirals relu").median).toFixed(0)} %로 오른다. 다만 여유가 있어야 한다: 은닉 유닛이 둘이면 20개 중 ${read("relu 2-2-2").median}개만 XOR의 꼭짓점을 배우고, 여덟이면 ${read("relu 2-8-2").median}개가 배운다.`,
    },
  }),
});
