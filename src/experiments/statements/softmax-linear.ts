import { adam, linear, sequential, softmax } from "../../index.ts";
import { median } from "../../core/statistics.ts";
import { defineExperiment } from "../experiment.ts";
import { planeNames, planeSets } from "../plane.ts";

/** Which of the values of each row is the largest. */
function largest(values: Float32Array, classes: number): number[] {
  return Array.from({ length: values.length / classes }, (_, row) => {
    const own = values.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}

export const softmaxLinear = defineExperiment({
  row: 28,
  name: "softmax-linear",
  chapter: "linear",
  exact: true,
  seeds: 5,
  seconds: [4, 4],
  title: { en: "Softmax bends nothing", ko: "softmax는 경계를 구부리지 않는다" },
  statement: {
    en: "Softmax at the output makes a linear model non-linear.",
    ko: "출력의 softmax가 선형 모델을 비선형으로 만든다.",
  },
  method: {
    en: "A linear model trained with cross entropy on four sets of points in the plane; its class is read before and after the softmax.",
    ko: "평면의 네 점 집합에서 교차 엔트로피로 선형 모델을 학습하고, softmax 앞과 뒤에서 각각 클래스를 읽는다.",
  },
  setup: { network: "2-2", sets: planeNames, rows: 400, optimizer: "adam", lr: 0.01, steps: 1000 },
  metrics: [
    {
      name: "same",
      label: { en: "same class before and after softmax", ko: "softmax 앞뒤의 클래스가 같은 비율" },
      notation: "percent",
      reference: [1],
      gate: { from: 1, each: true },
    },
    ...(["xor", "circles", "curves", "spirals"] as const).map((set, i) => ({
      name: set,
      label: { en: `accuracy of linear + softmax, ${set}`, ko: `선형 + softmax의 정확도, ${set}` },
      notation: "percent" as const,
      reference: [[0.5, 0.55, 0.815, 0.648][i]!] as const,
      gate: { to: set === "curves" ? 0.9 : 0.75 },
    })),
  ],
  async run(place, { steps, lr }) {
    const values: Record<string, number[]> = { same: place.seeds.map(() => 1) };
    for (const set of planeNames) {
      const data = planeSets[set]();
      const model = sequential(linear(2, 2));
      await place.train(
        { model, data, batch: data.rows, steps, lr, optimizer: (lr) => adam({ lr }), doing: set },
        async (trainer) => {
          values[set] = [...(await trainer.evaluate(data)).accuracy];
          const x = data.x as Float32Array;
          const before = await trainer.predict(x);
          for (const [r] of place.seeds.entries()) {
            const after = await place.fresh(
              sequential(linear(2, 2), softmax()),
              async (bent) => {
                bent.setWeights(await trainer.weights(r));
                return largest((await bent.predict(x)).data, 2);
              },
              [0],
            );
            const own = largest(before.data.subarray(r * data.rows * 2, (r + 1) * data.rows * 2), 2);
            const same = own.filter((k, i) => k === after[i]).length / own.length;
            values["same"]![r] = Math.min(values["same"]![r]!, same);
          }
        },
      );
    }
    return { values, data: planeNames.map((set) => ({ set, accuracy: values[set]! })) };
  },
  figure: (sets) => ({
    caption: {
      en: "Accuracy of a linear model with softmax on sets that no line separates. Mark: reference.",
      ko: "직선으로 나눌 수 없는 집합에서 softmax를 단 선형 모델의 정확도. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: { label: { en: "accuracy", ko: "정확도" }, percent: true, from: 0, to: 1 },
        levels: [{ at: 0.5, name: { en: "chance", ko: "무작위" } }],
        bars: sets.map(({ set, accuracy }, i) => ({
          name: set,
          value: median(accuracy),
          low: Math.min(...accuracy),
          high: Math.max(...accuracy),
          reference: [0.5, 0.55, 0.815, 0.648][i],
        })),
      },
    ],
  }),
  verdict: (read) =>
    read("same").low === 1
      ? {
          answer: "fails",
          text: {
            en: "Softmax keeps the order of its inputs, so the class is the same before and after, and the boundaries stay lines. A linear model with softmax does no better than a line.",
            ko: "softmax는 입력의 순서를 바꾸지 않으므로 앞뒤의 클래스가 같고 경계는 여전히 직선이다. softmax를 단 선형 모델도 직선 하나의 한계를 넘지 못한다.",
          },
        }
      : {
          answer: "undecided",
          text: { en: "Some points changed their class.", ko: "일부 점의 클래스가 달라졌다." },
        },
});
