import { normal } from "../../core/random.ts";
import { inspect, linear, parseActivation, probes, sequential } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { passOn } from "../measures.ts";

const WIDTH = 10;
const activations = ["softmax", "sigmoid", "tanh", "relu", "elu"] as const;

export const softmaxAll = defineExperiment({
  row: 27,
  name: "softmax-all",
  chapter: "backward",
  exact: true,
  seeds: 3,
  seconds: [1, 1],
  title: { en: "Softmax looks at all outputs", ko: "softmax는 모든 출력을 본다" },
  statement: {
    en: "Softmax uses all the outputs of a layer; an elementwise activation only its own.",
    ko: "softmax는 층의 모든 출력을 쓰고, 활성화 함수는 자기 것만 쓴다.",
  },
  method: {
    en: "The Jacobian of ten units on the GPU, and how many outputs change when one input changes by {bump}.",
    ko: "유닛 열 개의 야코비 행렬을 GPU에서 계산하고, 입력 하나를 {bump}만큼 움직일 때 몇 개의 출력이 바뀌는지 센다.",
  },
  setup: { bump: 0.5 },
  metrics: [
    {
      name: "softmax off",
      label: { en: "softmax: largest off the diagonal", ko: "softmax: 대각선 밖의 최댓값" },
      reference: [0.01],
      gate: { from: 0.01, each: true },
    },
    {
      name: "softmax changed",
      label: { en: "softmax: outputs that change", ko: "softmax: 바뀌는 출력 수" },
      notation: "count",
      reference: [10],
      gate: { from: 10, to: 10, each: true },
    },
    {
      name: "others off",
      label: { en: "elementwise: largest off the diagonal", ko: "원소별 함수: 대각선 밖의 최댓값" },
      reference: [0],
      gate: { from: 0, to: 0, each: true },
    },
    {
      name: "others changed",
      label: { en: "elementwise: outputs that change, at most", ko: "원소별 함수: 바뀌는 출력 수, 최대" },
      notation: "count",
      reference: [1],
      gate: { from: 1, to: 1, each: true },
    },
  ],
  async run(place, { bump }) {
    const points = place.seeds.map((seed) => normal(seed, 3, WIDTH));
    const rows: { name: string; off: number[]; changed: number[]; matrix: number[][] }[] = [];
    for (const name of activations) {
      place.say(name);
      const row = { name, off: [] as number[], changed: [] as number[], matrix: [] as number[][] };
      rows.push(row);
      for (const x of points) {
        await place.fresh(
          sequential(linear(WIDTH, WIDTH), parseActivation(name)),
          async (trainer) => {
            trainer.setWeights(passOn(WIDTH));
            const look = await inspect(trainer, x, { keep: false, probes: [probes.jacobian()] });
            look.run();
            const found = await look.figures("jacobian");
            look.dispose();
            const matrix = Array.from({ length: WIDTH }, (_, j) => [...found[String(j)]!.data]);
            row.matrix = matrix;
            row.off.push(
              Math.max(...matrix.flatMap((line, j) => line.filter((_, i) => i !== j).map(Math.abs))),
            );
            // At its largest input every one of these functions moves.
            const most = x.indexOf(Math.max(...x));
            const before = (await trainer.predict(x)).data;
            const after = (await trainer.predict(x.map((v, i) => (i === most ? v + bump : v)))).data;
            row.changed.push(before.filter((v, i) => v !== after[i]).length);
          },
          [0],
        );
      }
    }
    const [softmax, ...others] = rows;
    const worst = (of: (row: (typeof rows)[number]) => number[]): number[] =>
      place.seeds.map((_, s) => Math.max(...others.map((row) => of(row)[s]!)));
    const values = {
      "softmax off": softmax!.off,
      "softmax changed": softmax!.changed,
      "others off": worst((row) => row.off),
      "others changed": worst((row) => row.changed),
    };
    return { values, data: { softmax: softmax!.matrix, sigmoid: rows[1]!.matrix } };
  },
  figure: (matrices) => ({
    caption: {
      en: "Magnitude of d(output)/d(input): softmax fills the whole square, an elementwise function only the diagonal.",
      ko: "d(출력)/d(입력)의 크기: softmax는 사각형 전체를, 원소별 함수는 대각선만 채운다.",
    },
    panels: (["softmax", "sigmoid"] as const).map((name) => ({
      kind: "heat" as const,
      title: { en: name, ko: name },
      x: { label: { en: "input", ko: "입력" }, names: matrices[name].map((_, i) => String(i)) },
      y: { label: { en: "output", ko: "출력" }, names: matrices[name].map((_, i) => String(i)) },
      values: matrices[name].map((line) => line.map(Math.abs)),
      from: 0,
      to: name === "softmax" ? 0.1 : 0.25,
    })),
  }),
  verdict: (read) => ({
    answer: read("softmax changed").low === WIDTH && read("others off").high === 0 ? "holds" : "fails",
    text: {
      en: "Change one input and all ten outputs of a softmax move; with an elementwise activation only its own output does, and its Jacobian is exactly 0 off the diagonal.",
      ko: "입력 하나를 움직이면 softmax의 출력 열 개가 모두 움직이고, 원소별 활성화 함수는 자기 출력만 움직인다. 대각선 밖의 야코비 행렬은 정확히 0이다.",
    },
  }),
});
