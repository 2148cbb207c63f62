import { defineExperiment } from "../experiment.ts";
import { point } from "../measures.ts";
import { net } from "../networks.ts";

const NETS = 1000;
const POINTS = 32;

const cases = [
  { name: "depth5", width: 2, depth: 5, reference: 0.64 },
  { name: "depth10", width: 2, depth: 10, reference: 0.904 },
  { name: "depth20", width: 2, depth: 20, reference: 0.993 },
  { name: "wide", width: 8, depth: 10, reference: 0.013 },
] as const;

export const bornDead = defineExperiment({
  row: 16,
  name: "born-dead",
  chapter: "relu",
  exact: true,
  seeds: 3,
  seconds: [2, 2],
  title: { en: "Deep narrow relu networks are born dead", ko: "깊고 좁은 relu 신경망은 죽은 채로 태어난다" },
  statement: {
    en: "ReLU neurons can die. A narrow network can be dead from the start, and the deeper it is, the more likely.",
    ko: "ReLU 뉴런은 죽을 수 있다. 좁은 신경망은 처음부터 죽어 있을 수 있고, 깊을수록 그렇다.",
  },
  method: {
    en: "A thousand 1-[2]xD-1 networks with He initialisation, as replicas of one recorded pass. A network is dead if its output is the same for every input.",
    ko: "He 초기값의 1-[2]xD-1 신경망 천 개를 한 번에 기록된 계산의 복제본으로 돌린다. 모든 입력에 같은 값을 내면 죽은 것이다.",
  },
  setup: { networks: NETS, init: "he", points: POINTS, from: -1.73, to: 1.73 },
  metrics: cases.map(({ name, width, depth, reference }) => ({
    name,
    label: { en: `dead at width ${width}, depth ${depth}`, ko: `너비 ${width}, 깊이 ${depth}에서 죽은 비율` },
    notation: "percent" as const,
    reference: [reference] as const,
    // Six standard errors of a share of a thousand: the reference is one too.
    gate: {
      from: Math.max(0, reference - 6 * Math.sqrt((reference * (1 - reference)) / NETS)),
      to: Math.min(1, reference + 6 * Math.sqrt((reference * (1 - reference)) / NETS)),
    },
  })),
  notes: [
    {
      en: "Lu et al. 2019: the probability that a relu network is born dead goes to 1 as depth grows. Each gate allows six standard errors (of a thousand networks) on either side, because the reference is such a share too.",
      ko: "Lu 등 2019: 깊이가 커지면 relu 신경망이 죽을 확률이 1로 간다. 참조 결과도 천 개의 비율이므로 기준은 양쪽으로 표준오차의 여섯 배다.",
    },
  ],
  async run(place, { networks, points, from, to }) {
    const x = Float32Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
    const values: Record<string, number[]> = {};
    for (const { name, width, depth } of cases) {
      values[name] = [];
      for (const seed of place.seeds) {
        place.say(`width ${width}, depth ${depth}`);
        const hidden = Array.from({ length: depth }, () => width);
        const seeds = Array.from({ length: networks }, (_, i) => seed * networks + i);
        const { data } = await place.fresh(
          net({ inputs: 1, hidden, outputs: 1, activation: "relu" }),
          (trainer) => trainer.predict(x),
          seeds,
        );
        let dead = 0;
        for (let r = 0; r < networks; r++) {
          const own = data.subarray(r * points, (r + 1) * points);
          if (own.every((v) => v === own[0])) dead++;
        }
        values[name]!.push(dead / networks);
      }
    }
    return {
      values,
      data: cases.map(({ name, width, depth, reference }) => ({
        width,
        depth,
        reference,
        values: values[name]!,
      })),
    };
  },
  figure: (rows) => ({
    caption: {
      en: "Share of a thousand networks whose output is the same for every input, before any training.",
      ko: "학습 전에 모든 입력에 같은 값을 내는 신경망의 비율(천 개 가운데).",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "depth", ko: "깊이" }, from: 0 },
        y: { label: { en: "born dead", ko: "죽은 채로 태어난 비율" }, percent: true, from: 0, to: 1 },
        dots: true,
        series: [
          {
            name: { en: "width 2", ko: "너비 2" },
            points: rows.filter(({ width }) => width === 2).map(({ depth, values }) => point(depth, values)),
          },
          {
            name: { en: "width 8", ko: "너비 8" },
            points: rows.filter(({ width }) => width === 8).map(({ depth, values }) => point(depth, values)),
          },
          {
            name: { en: "reference", ko: "참조 결과" },
            broken: true,
            points: rows
              .filter(({ width }) => width === 2)
              .map(({ depth, reference }) => [depth, reference] as const),
          },
        ],
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("depth20").median > 0.9 ? "holds" : "fails",
    text: {
      en: `Of networks two units wide and twenty layers deep, ${(100 * read("depth20").median).toFixed(1)} % are dead before any training. Width is the cure: with eight units and ten layers, ${(100 * read("wide").median).toFixed(1)} % are.`,
      ko: `너비 2, 깊이 20인 신경망의 ${(100 * read("depth20").median).toFixed(1)} %가 학습 전에 이미 죽어 있다. 너비가 약이다: 너비 8, 깊이 10에서는 ${(100 * read("wide").median).toFixed(1)} %다.`,
    },
  }),
});
