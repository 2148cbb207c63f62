import { adam } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { net } from "../networks.ts";
import { planeSets } from "../plane.ts";
import { planeRace } from "../lab-races.ts";

const activations = ["tanh", "sigmoid", "relu"] as const;
const shapes = [
  { name: "2 wide, 1 deep", hidden: [2] },
  { name: "2 wide, 3 deep", hidden: [2, 2, 2] },
  { name: "3 wide, 1 deep", hidden: [3] },
] as const;

export const circlesWidth = defineExperiment({
  row: 29,
  name: "circles-width",
  chapter: "depth",
  exact: true,
  seeds: 10,
  seconds: [40, 40],
  title: { en: "A disc in a ring needs three units", ko: "고리 속 원판은 유닛 셋이 필요하다" },
  statement: {
    en: "Hidden layers bend space until a line separates the classes. A disc inside a ring needs a layer of three units.",
    ko: "은닉층은 직선으로 나뉠 때까지 공간을 구부린다. 고리 속 원판을 나누려면 유닛이 셋인 층이 필요하다.",
  },
  method: {
    en: "400 points, full batch, Adam; {seeds} seeds as replicas of one recorded step. A network has solved it when it gets {solved:%} right.",
    ko: "점 400개, 전체 배치, Adam. {seeds}개의 시드를 한 번에 기록된 계산의 복제본으로 돌린다. {solved:%}를 맞히면 해결로 친다.",
  },
  race: {
    ...planeRace("circles:n=400", [2], activations, { lr: 0.02, steps: 1500 }),
    look: {
      en: "Look at the surfaces: with two hidden units no boundary closes around the disc. Add a third unit.",
      ko: "경계를 보라: 은닉 유닛이 둘이면 원판을 두르지 못한다. 유닛을 하나 더해 보라.",
    },
  },
  setup: { lr: 0.02, steps: 1500, solved: 0.99 },
  metrics: [
    ...activations.flatMap((activation) =>
      shapes.slice(0, 2).map(({ name }) => ({
        name: `${activation} ${name}`,
        label: {
          en: `${activation}, ${name}: solved of {seeds}`,
          ko: `${activation}, ${name}: {seeds}개 중 해결`,
        },
        notation: "count" as const,
        reference: [0] as const,
        gate: { from: 0, to: 0 },
      })),
    ),
    {
      name: "tanh 3 wide, 1 deep",
      label: { en: "tanh, 3 wide, 1 deep: solved of {seeds}", ko: "tanh, 3 wide, 1 deep: {seeds}개 중 해결" },
      notation: "count",
      reference: [10],
      gate: { from: 10, to: 10 },
    },
  ],
  notes: [
    {
      en: "No network of width 2 can: while each layer maps the plane one-to-one onto a bent plane, the boundary is not a closed curve at any depth (Olah 2014). At width 3 only tanh is trained: its units close the curve smoothly.",
      ko: "너비 2로는 안 된다: 각 층이 평면을 평면으로 구부려 옮기는 한, 아무리 깊어도 경계는 닫힌곡선이 되지 못한다(Olah 2014). 너비 3은 경계를 매끄럽게 닫는 tanh만 학습한다.",
    },
  ],
  async run(place, { steps, lr, solved }) {
    const data = planeSets.circles();
    const values: Record<string, number[]> = {};
    const rows: { activation: string; shape: string; accuracy: number[] }[] = [];
    for (const activation of activations) {
      for (const { name, hidden } of activation === "tanh" ? shapes : shapes.slice(0, 2)) {
        const accuracy = await place.train(
          {
            model: net({ inputs: 2, hidden, outputs: 2, activation }),
            data,
            batch: data.rows,
            steps,
            lr,
            optimizer: (rate) => adam({ lr: rate }),
            doing: `${activation}, ${name}`,
          },
          async (trainer) => [...(await trainer.evaluate(data)).accuracy],
        );
        rows.push({ activation, shape: name, accuracy });
        values[`${activation} ${name}`] = [accuracy.filter((a) => a >= solved).length];
      }
    }
    return { values, data: rows };
  },
  figure: (rows) => ({
    caption: {
      en: "Accuracy of each of {seeds} seeds: no network of width 2 gets around the disc.",
      ko: "시드 {seeds}개 각각의 정확도: 너비 2인 신경망은 원판을 둘러싸지 못한다.",
    },
    panels: [
      {
        kind: "heat",
        x: {
          label: { en: "seed, from worst to best", ko: "시드, 나쁜 것부터" },
          names: (rows[0]?.accuracy ?? []).map((_, i) => String(i + 1)),
        },
        y: {
          label: { en: "accuracy, %", ko: "정확도, %" },
          names: rows.map(({ activation, shape }) => `${activation}, ${shape}`),
        },
        values: rows.map(({ accuracy }) => accuracy.toSorted((a, b) => a - b)),
        from: 0.5,
        to: 1,
        percent: true,
      },
    ],
  }),
  verdict: (read) => ({
    answer:
      activations.every(
        (a) => read(`${a} 2 wide, 1 deep`).high === 0 && read(`${a} 2 wide, 3 deep`).high === 0,
      ) && read("tanh 3 wide, 1 deep").low >= 9
        ? "holds"
        : "fails",
    text: {
      en: "Two units a layer never separate the disc from the ring, whatever the depth and the activation. Three units in one layer do: it takes a third dimension to lift the disc out of the ring.",
      ko: "층마다 유닛이 둘이면 깊이와 활성화 함수에 상관없이 원판과 고리를 나누지 못하고, 한 층에 셋이면 나눈다. 원판을 고리에서 들어 올리려면 셋째 차원이 필요하다.",
    },
  }),
});
