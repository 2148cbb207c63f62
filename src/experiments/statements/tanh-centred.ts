import { centredCaption, meanOverStd } from "../centred.ts";
import { defineExperiment } from "../experiment.ts";
import { bar, factorPerLayer, float64 } from "../measures.ts";
import { imageRace } from "../lab-races.ts";

export const tanhCentred = defineExperiment({
  row: 9,
  name: "tanh-centred",
  chapter: "sigmoid",
  images: true,
  seconds: [30, 5],
  title: { en: "tanh is a sigmoid centred at zero", ko: "tanh는 0을 중심으로 한 시그모이드다" },
  statement: {
    en: "tanh is a transformed sigmoid: centred at zero, but its gradient still vanishes.",
    ko: "tanh는 시그모이드를 변형한 것으로, 0을 중심으로 하지만 기울기는 여전히 사라진다.",
  },
  method: {
    en: "2σ(2x) - 1 against tanh in float64; the first hidden layer's outputs in trained 784-[64]x2-10 networks, mean over standard deviation; and the factor per layer by which the back-propagated signal shrinks through twenty layers.",
    ko: "float64에서 2σ(2x) - 1과 tanh를 비교하고, 학습한 784-[64]x2-10의 첫 은닉층 출력에서 평균/표준편차를, 스무 층에서 되돌아오는 신호의 층별 비율을 잰다.",
  },
  race: {
    ...imageRace([64, 64], ["sigmoid", "tanh"], [0.1, 0.5], 10),
    look: {
      en: "Look at Inside: sigmoid's outputs lie around a half, tanh's around 0.",
      ko: "‘내부’를 보라: 시그모이드의 출력은 1/2 둘레에, tanh의 출력은 0 둘레에 놓인다.",
    },
  },
  setup: { rows: 10_000, batch: 128, steps: 780, lr: { sigmoid: 0.5, tanh: 0.1 }, looked: 2000, depth: 20 },
  quick: { rows: 4000, steps: 150, looked: 1000 },
  metrics: [
    {
      name: "difference",
      label: { en: "2σ(2x) - 1 against tanh", ko: "2σ(2x) - 1과 tanh의 차이" },
      notation: "exponent",
      reference: [3e-16],
      gate: { to: 1e-15 },
    },
    {
      name: "tanh",
      label: { en: "mean / std, tanh", ko: "평균/표준편차, tanh" },
      reference: [-0.007],
      gate: { from: -0.3, to: 0.3 },
    },
    {
      name: "sigmoid",
      label: { en: "mean / std, sigmoid", ko: "평균/표준편차, 시그모이드" },
      reference: [1.13],
      gate: { from: 0.7 },
    },
    {
      name: "factor",
      label: { en: "factor per layer, tanh", ko: "층마다의 비율, tanh" },
      reference: [0.906],
      gate: { to: 0.97 },
    },
  ],
  async run(place, { rows, steps, lr, looked, depth }) {
    const [sigma, tanh] = [float64("sigmoid"), float64("tanh")];
    const xs = Array.from({ length: 4001 }, (_, i) => -20 + i / 100);
    const difference = Math.max(...xs.map((x) => Math.abs(2 * sigma.f(2 * x) - 1 - tanh.f(x))));
    const { train } = await place.images(rows, 1000);
    const values: Record<string, number[]> = { difference: [difference] };
    for (const name of ["sigmoid", "tanh"] as const) {
      values[name] = await meanOverStd(place, name, train, { steps, lr: lr[name], looked });
    }
    values["factor"] = await factorPerLayer(place, (await place.images(256, 10)).train, "tanh", depth);
    return { values, data: { sigmoid: values["sigmoid"]!, tanh: values["tanh"]! } };
  },
  figure: ({ sigmoid, tanh }) => ({
    caption: centredCaption,
    panels: [
      {
        kind: "bars",
        value: { label: { en: "mean / standard deviation", ko: "평균/표준편차" }, from: -0.5, to: 1.5 },
        bars: [bar("sigmoid", sigmoid, 1.13), bar("tanh", tanh, -0.007)],
      },
      {
        kind: "lines",
        x: { label: { en: "x", ko: "x" } },
        y: { label: { en: "value", ko: "값" }, from: -1, to: 1 },
        series: (["tanh", "sigmoid"] as const).map((name) => ({
          name,
          points: Array.from({ length: 81 }, (_, i) => [-4 + i / 10, float64(name).f(-4 + i / 10)] as const),
        })),
      },
    ],
  }),
  verdict: (read) => ({
    answer: Math.abs(read("tanh").median) < 0.3 && read("factor").median < 0.97 ? "holds" : "fails",
    text: {
      en: `tanh is 2σ(2x) - 1, and its outputs are centred at zero. Its gradient vanishes, but slowly: with Glorot initialisation each layer keeps ${(100 * read("factor").median).toFixed(0)} % of the signal.`,
      ko: `tanh는 2σ(2x) - 1이며 출력은 0 둘레에 놓인다. 기울기는 사라지지만 완만하다: Glorot 초기값에서 층마다 신호의 ${(100 * read("factor").median).toFixed(0)} %가 남는다.`,
    },
  }),
});
