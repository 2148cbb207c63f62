import { synthetic, adam } from "../../index.ts";
import { median } from "../../core/statistics.ts";
import { defineExperiment } from "../experiment.ts";
import { type Affine, accuracyOf, affine } from "../measures.ts";
import { net } from "../networks.ts";

/** Parameters of 2-[width]xdepth-2. */
const parametersOf = (width: number, depth: number): number =>
  3 * width + (depth - 1) * width * (width + 1) + (width + 1) * 2;

const TENT = 10;

/** The tent map 2 min(x, 1 - x), one after another k times, as a relu network of two units a layer. */
function tent(k: number): Affine[] {
  // h1 = relu(x), h2 = relu(x - 1/2): tent(x) = 2 h1 - 4 h2.
  const first: Affine = { weight: [1, 1], bias: [0, -0.5] };
  const next: Affine = { weight: [2, -4, 2, -4], bias: [0, -0.5] };
  return [first, ...Array.from({ length: k - 1 }, () => next), { weight: [2, -4], bias: [0] }];
}

const numbers = (layers: readonly Affine[]): number =>
  layers.reduce((sum, { weight, bias }) => sum + weight.length + bias.length, 0);

/** Linear pieces of a function of [0, 1], from its values at multiples of a power of two, where the tent map is exact. */
function pieces(layers: readonly Affine[], cells: number): number {
  const f = (x: number): number =>
    layers.reduce<number[]>(
      (h, layer, i) => affine(layer, h).map((v) => (i < layers.length - 1 ? Math.max(v, 0) : v)),
      [x],
    )[0]!;
  let [count, before] = [0, NaN];
  for (let i = 0; i < cells; i++) {
    const slope = (f((i + 1) / cells) - f(i / cells)) * cells;
    if (slope !== before) count++;
    before = slope;
  }
  return count;
}

/** Of each depth, in the order in which they are tried. */
const widths: Readonly<Record<string, readonly number[]>> = {
  "1": [64, 128, 256],
  "2": [10, 12, 14, 16, 20],
  "3": [8, 9, 10, 12, 14],
  "4": [7, 8, 10, 12],
  "6": [7, 8, 10, 12],
};

export const depthParameters = defineExperiment({
  row: 23,
  name: "depth-parameters",
  chapter: "depth",
  seconds: [110, 7],
  title: { en: "Deeper needs fewer parameters, sometimes", ko: "깊으면 매개변수가 적어도 된다, 때로는" },
  statement: {
    en: "The deeper a network, the fewer parameters it needs.",
    ko: "신경망은 깊을수록 매개변수가 적게 든다.",
  },
  method: {
    en: "The tent map folded {folds} times, built exactly; and relu networks on {rows} points of spirals of {turns} turns: the fewest parameters with a median accuracy of {solved:%}, by depth.",
    ko: "{folds}번 접은 텐트 사상을 정확히 구성하고, {turns}바퀴 나선의 점 {rows}개에서 깊이마다 정확도 중앙값이 {solved:%}에 이르는 가장 적은 매개변수 수를 relu 신경망으로 찾는다.",
  },
  setup: {
    folds: TENT,
    turns: 2.5,
    rows: 400,
    lr: 0.01,
    steps: 2500,
    widths,
    solved: 0.99,
  },
  quick: { steps: 1200, widths: { "1": [64], "2": [16], "3": [10] } },
  metrics: [
    {
      name: "pieces",
      label: { en: "tent map: linear pieces", ko: "텐트 사상: 선형 조각 수" },
      notation: "count",
      reference: [1024],
      gate: { from: 1024, to: 1024 },
    },
    {
      name: "tent",
      label: { en: "tent map: parameters, deep", ko: "텐트 사상: 매개변수, 깊은 것" },
      notation: "count",
      reference: [61],
      gate: { to: 100 },
    },
    {
      name: "shallow",
      label: { en: "tent map: parameters, one hidden layer", ko: "텐트 사상: 매개변수, 한 은닉층" },
      notation: "count",
      reference: [3070],
      gate: { from: 2000 },
    },
    ...(
      [
        ["1", undefined],
        ["2", 354],
        ["3", 272],
        ["4", 382],
        ["6", 602],
      ] as const
    ).map(([depth, reference]) => ({
      name: `depth ${depth}`,
      label: {
        en: `spirals: fewest parameters, depth ${depth}`,
        ko: `나선: 가장 적은 매개변수, 깊이 ${depth}`,
      },
      notation: "count" as const,
      ...(reference !== undefined && { reference: [reference] as const }),
    })),
    {
      name: "one deep",
      label: { en: "spirals: best accuracy at depth 1", ko: "나선: 깊이 1의 가장 좋은 정확도" },
      reference: [0.695],
      gate: { to: 0.98 },
    },
  ],
  notes: [
    {
      en: "Telgarsky 2015: folding doubles the pieces with each layer. If depth 1 solves nothing, its figure is shown as not finite. The fewest parameters are known only up to the grid of widths tried. The reference uses other spirals (a line gets 64.8 % of them right, 60 % of these); its 382 and 602 parameters are for width 10, while narrower networks are tried here too.",
      ko: "Telgarsky 2015: 층마다 접으면 조각이 두 배가 된다. 깊이 1이 아무것도 풀지 못하면 값이 없다. 시도한 너비는 설정에 있는 것뿐이므로 최소 매개변수는 그 격자까지만 알 수 있다. 참조 결과의 나선은 다른 나선이며(직선이 64.8 %를 맞히고 여기서는 60 %), 그 382개와 602개는 너비 10의 것인데 여기서는 더 좁은 것도 시도한다.",
    },
  ],
  async run(place, { folds, turns, rows, lr, steps, widths, solved }) {
    const deep = tent(folds);
    const found = pieces(deep, 2 ** folds);
    const values: Record<string, number[]> = {
      pieces: [found],
      tent: [numbers(deep)],
      shallow: [3 * (found - 1) + 1],
    };
    const data = synthetic("spirals", rows, { turns });
    const tried: { depth: number; parameters: number; accuracy: number }[] = [];
    for (const [text, list] of Object.entries(widths)) {
      const depth = Number(text);
      values[`depth ${depth}`] = [NaN];
      for (const width of list) {
        const model = net({
          inputs: 2,
          hidden: Array.from({ length: depth }, () => width),
          outputs: 2,
          activation: "relu",
        });
        const training = {
          model,
          data,
          batch: data.rows,
          steps,
          lr,
          optimizer: (rate: number | readonly number[]) => adam({ lr: rate }),
          doing: `depth ${depth}, width ${width}`,
        };
        const accuracy = median(await place.train(training, (trainer) => accuracyOf(trainer, data)));
        tried.push({ depth, parameters: parametersOf(width, depth), accuracy });
        if (accuracy < solved) continue;
        values[`depth ${depth}`] = [parametersOf(width, depth)];
        break;
      }
    }
    values["one deep"] = [
      Math.max(...tried.filter(({ depth }) => depth === 1).map(({ accuracy }) => accuracy)),
    ];
    return { values, data: tried };
  },
  figure: (tried) => ({
    caption: {
      en: "Median accuracy on spirals of {turns} turns by number of parameters, one line per depth.",
      ko: "매개변수 수에 따른 {turns}바퀴 나선의 정확도 중앙값. 선 하나가 깊이 하나다.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "parameters", ko: "매개변수" }, log: true },
        y: { label: { en: "accuracy", ko: "정확도" }, percent: true, from: 0.5, to: 1 },
        dots: true,
        levels: [{ at: 0.99, name: "99 %" }],
        series: [...new Set(tried.map(({ depth }) => depth))].map((depth) => ({
          name: { en: `depth ${depth}`, ko: `깊이 ${depth}` },
          points: tried
            .filter((t) => t.depth === depth)
            .map(({ parameters, accuracy }) => [parameters, accuracy] as const),
        })),
      },
    ],
  }),
  verdict(read) {
    const needed = Object.keys(widths).map((depth) => [depth, read(`depth ${depth}`).median] as const);
    const solved = needed.filter(([, parameters]) => Number.isFinite(parameters));
    const [best, least] = solved.reduce((a, b) => (b[1] < a[1] ? b : a), ["–", Infinity] as const);
    const [last, most] = solved.at(-1) ?? ["–", NaN];
    const beyond = best !== last;
    const shallow = read("shallow").median.toLocaleString("en");
    return {
      answer: read("pieces").median === 1024 && read("one deep").median < 0.98 ? "condition" : "fails",
      text: {
        en: `For hard functions it holds: ten layers build with ${read("tent").median} parameters what one layer needs ${shallow} for, and one hidden layer does not learn the spirals at all. ${beyond ? `But there is a best depth: depth ${best} needs ${least} parameters, depth ${last} needs ${most} again.` : `Depth ${best} needs the fewest, ${least}.`}`,
        ko: `어려운 함수에서는 성립한다: 열 층의 매개변수 ${read("tent").median}개가 한 층의 ${shallow}개와 같은 일을 하고, 은닉층 하나로는 나선을 배우지 못한다. ${beyond ? `그러나 가장 좋은 깊이가 있다: 깊이 ${best}에서는 ${least}개면 되지만 깊이 ${last}에서는 다시 ${most}개가 든다.` : `가장 적은 것은 깊이 ${best}의 ${least}개다.`}`,
      },
    };
  },
});
