import { killAndTrain, killing } from "../dying.ts";
import { defineExperiment } from "../experiment.ts";
import { bar } from "../measures.ts";

export const dyingRelu = defineExperiment({
  row: 16,
  name: "dying-relu",
  chapter: "relu",
  images: true,
  seeds: 5,
  seconds: [25, 5],
  title: { en: "ReLU units can die", ko: "ReLU 유닛은 죽을 수 있다" },
  statement: {
    en: "A ReLU neuron can die: it outputs 0 for every input and stops learning.",
    ko: "ReLU 뉴런은 죽을 수 있다: 모든 입력에 0을 내고 더는 배우지 않는다.",
  },
  method: {
    en: "784-[64]x2-10: (a) three steps at learning rate 1, (b) hidden biases of -3; then 400 normal steps. A unit is dead if none of 2,000 images gives it a gradient.",
    ko: "784-[64]x2-10에서 (가) 학습률 1로 세 단계, (나) 은닉 편향 -3을 준 뒤 보통 학습 400단계. 이미지 2,000장 어느 것에도 기울기가 없는 유닛을 죽은 것으로 친다.",
  },
  ...killing,
  metrics: [
    {
      name: "kick harmed",
      label: { en: "(a) dead after 3 steps at lr 1", ko: "(가) 학습률 1로 3단계 뒤 죽은 비율" },
      notation: "percent",
      reference: [0.25, 0.16, 0.34],
      gate: { from: 0.05 },
    },
    {
      name: "kick dead",
      label: { en: "(a) dead after training on", ko: "(가) 학습을 이어간 뒤 죽은 비율" },
      notation: "percent",
      reference: [0.56, 0.18, 0.83],
      gate: { from: 0.1 },
    },
    {
      name: "kick accuracy",
      label: { en: "(a) test accuracy", ko: "(가) 시험 정확도" },
      notation: "percent",
      reference: [0.21],
    },
    {
      name: "bias dead",
      label: { en: "(b) dead with biases of -3", ko: "(나) 편향 -3에서 죽은 비율" },
      notation: "percent",
      reference: [1],
      gate: { from: 0.9 },
    },
    {
      name: "bias accuracy",
      label: { en: "(b) test accuracy", ko: "(나) 시험 정확도" },
      notation: "percent",
      reference: [0.103],
      gate: { to: 0.3 },
    },
  ],
  async run(place, setup) {
    const images = await place.images(setup.rows, setup.tests);
    const kick = await killAndTrain(place, "relu", "kick", setup, images);
    const bias = await killAndTrain(place, "relu", "bias", setup, images);
    const values = {
      "kick harmed": kick.harmed,
      "kick dead": kick.dead,
      "kick accuracy": kick.accuracy,
      "bias dead": bias.dead,
      "bias accuracy": bias.accuracy,
    };
    return { values, data: values };
  },
  figure: (values) => ({
    caption: {
      en: "Dead hidden units, and the accuracy left after 400 normal steps. Mark: reference.",
      ko: "죽은 은닉 유닛과, 보통 학습 400단계 뒤에 남은 정확도. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        title: { en: "dead units", ko: "죽은 유닛" },
        value: {
          label: { en: "share of hidden units", ko: "은닉 유닛 비율" },
          percent: true,
          from: 0,
          to: 1,
        },
        bars: [
          bar({ en: "lr 1, 3 steps", ko: "학습률 1, 3단계" }, values["kick harmed"], 0.25),
          bar({ en: "then 400 more", ko: "400단계 더" }, values["kick dead"], 0.56),
          bar({ en: "biases -3", ko: "편향 -3" }, values["bias dead"], 1),
        ],
      },
      {
        kind: "bars",
        title: { en: "test accuracy", ko: "시험 정확도" },
        value: { label: { en: "accuracy", ko: "정확도" }, percent: true, from: 0, to: 1 },
        levels: [{ at: 0.1, name: { en: "chance", ko: "무작위" } }],
        bars: [
          bar({ en: "after lr 1", ko: "학습률 1 뒤" }, values["kick accuracy"], 0.21),
          bar({ en: "biases -3", ko: "편향 -3" }, values["bias accuracy"], 0.103),
        ],
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("bias dead").median > 0.9 && read("kick dead").median > 0.1 ? "holds" : "fails",
    text: {
      en: `Three steps at a learning rate of 1 leave ${(100 * read("kick dead").median).toFixed(0)} % of the units dead after 400 more steps; biases of -3 leave ${(100 * read("bias dead").median).toFixed(0)} % dead for good. A dead unit has no gradient to bring it back.`,
      ko: `학습률 1로 세 단계만 가도 400단계 뒤에 유닛의 ${(100 * read("kick dead").median).toFixed(0)} %가 죽어 있고, 편향 -3이면 ${(100 * read("bias dead").median).toFixed(0)} %가 영영 죽는다. 죽은 유닛에는 되살릴 기울기가 없다.`,
    },
  }),
});
