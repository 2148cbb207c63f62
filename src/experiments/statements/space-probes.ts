import { type ClassDataset, adam, inspect, linear, probes, sequential } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { accuracyOf, bar, point } from "../measures.ts";
import { imageNet, net } from "../networks.ts";
import { planeSets } from "../plane.ts";
import type { Place } from "../place.ts";

const sets = ["curves", "circles", "spirals"] as const;
const references = { curves: [0.815, 1, 1], circles: [0.55, 1, 1], spirals: [0.65, 0.6, 1] } as const;
const imageReferences = [0.827, 0.835, 0.849, 0.849] as const;
const places = ["input", "h1", "h2"] as const;

/** Accuracy of a logistic regression on the input and on both hidden layers, [place][seed]. */
function probed(
  place: Place,
  set: (typeof sets)[number],
  activation: string,
  steps: number,
  lr: number,
): Promise<number[][]> {
  const data = planeSets[set]();
  const model = net({ inputs: 2, hidden: [8, 8], outputs: 2, activation });
  const training = {
    model,
    data,
    batch: data.rows,
    steps,
    lr,
    optimizer: (rate: number | readonly number[]) => adam({ lr: rate }),
    doing: `${set}, ${activation}`,
  };
  return place.train(training, async (trainer) => {
    const look = await inspect(trainer, data, { keep: false, probes: [probes.linearProbe({ classes: 2 })] });
    look.run(600);
    const found = await look.numbers("linearProbe");
    look.dispose();
    return ["x", "1", "3"].map((key) => [...found[key]!]);
  });
}

/** Accuracy on test images of softmax regressions on the input and on each hidden layer, [place][seed]. */
async function probedImages(
  place: Place,
  activation: string,
  setup: { rows: number; tests: number; imageSteps: number; probeSteps: number },
): Promise<number[][]> {
  const { train, test } = await place.images(setup.rows, setup.tests);
  const training = {
    model: imageNet(activation, 64, 3),
    data: train,
    steps: setup.imageSteps,
    lr: activation === "linear" ? 0.02 : 0.1,
    doing: `images, ${activation}`,
  };
  const found: number[][] = [];
  if (activation !== "linear") {
    const regression = {
      model: sequential(linear(784, 10)),
      data: train,
      steps: setup.probeSteps,
      lr: 0.02,
      doing: "images, input",
    };
    found.push(await place.train(regression, (trainer) => accuracyOf(trainer, test)));
  }
  return place.train(training, async (trainer) => {
    const looks = [await inspect(trainer, train), await inspect(trainer, test)] as const;
    for (const look of looks) look.run();
    for (const layer of activation === "linear" ? ["5"] : ["1", "3", "5"]) {
      const [own, held] = [await looks[0].read(layer), await looks[1].read(layer)];
      found.push([]);
      for (const r of place.seeds.keys()) {
        const part = (of: typeof own, images: ClassDataset): ClassDataset => {
          const { normalise: _, ...rest } = images;
          const width = of.shape.at(-1)!;
          return {
            ...rest,
            shape: [width],
            x: of.output.subarray(r * images.rows * width, (r + 1) * images.rows * width),
          };
        };
        const probe = {
          model: sequential(linear(64, 10)),
          data: part(own, train),
          steps: setup.probeSteps,
          lr: 0.05,
          seeds: [0],
          doing: `images, probe of layer ${layer}`,
        };
        found.at(-1)!.push((await place.train(probe, (t) => accuracyOf(t, part(held, test))))[0]!);
      }
    }
    for (const look of looks) look.dispose();
    return found;
  });
}

export const spaceProbes = defineExperiment({
  row: 29,
  name: "space-probes",
  chapter: "depth",
  images: true,
  seeds: 5,
  seconds: [95, 25],
  title: { en: "Layer by layer, a line comes to suffice", ko: "층을 지날수록 직선으로 충분해진다" },
  statement: {
    en: "Hidden layers warp space so that a line can separate the classes.",
    ko: "은닉층은 직선으로 나눌 수 있도록 공간을 구부린다.",
  },
  method: {
    en: "A logistic regression on the input and on each hidden layer of a trained network: 2-8-8-2 with relu on three sets of points (by a probe on the GPU), 784-[64]x3-10 on images.",
    ko: "학습한 신경망의 입력과 은닉층마다 로지스틱 회귀를 학습한다: 세 점 집합의 relu 2-8-8-2(GPU의 탐침으로)와 이미지의 784-[64]x3-10.",
  },
  setup: {
    lr: 0.01,
    steps: 1000,
    spirals: 3000,
    rows: 10_000,
    tests: 10_000,
    imageSteps: 780,
    probeSteps: 780,
  },
  quick: { spirals: 1500, rows: 4000, tests: 2000, imageSteps: 200, probeSteps: 200 },
  metrics: [
    ...sets.flatMap((set) =>
      places.map((at, i) => ({
        name: `${set} ${at}`,
        label: { en: `${set}, ${at}`, ko: `${set}, ${at}` },
        reference: [references[set][i]!] as const,
        ...(at === "h2" && { gate: { from: set === "spirals" ? 0.85 : 0.97 } }),
        ...(at === "input" && { gate: { to: set === "curves" ? 0.9 : 0.75 } }),
      })),
    ),
    {
      name: "linear h2",
      label: { en: "circles, h2 of a linear network", ko: "circles, 선형 신경망의 h2" },
      reference: [0.55],
      gate: { to: 0.75 },
    },
    {
      name: "tanh curves",
      label: { en: "curves, tanh 2-2-2: accuracy", ko: "curves, tanh 2-2-2: 정확도" },
      reference: [1],
      gate: { from: 0.97 },
    },
    ...["input", "h1", "h2", "h3"].map((at, i) => ({
      name: `images ${at}`,
      label: { en: `images, ${at}: test accuracy`, ko: `이미지, ${at}: 시험 정확도` },
      reference: [imageReferences[i]!] as const,
    })),
    {
      name: "images linear",
      label: { en: "images, h3 of a linear network", ko: "이미지, 선형 신경망의 h3" },
      reference: [0.8305],
    },
    {
      name: "images gain",
      label: { en: "images, h3 minus input", ko: "이미지, h3 빼기 입력" },
      reference: [0.022],
      gate: { from: 0.005 },
    },
  ],
  async run(place, { lr, steps, spirals, ...setup }) {
    const values: Record<string, number[]> = {};
    for (const set of sets) {
      const found = await probed(place, set, "relu", set === "spirals" ? spirals : steps, lr);
      for (const [i, at] of places.entries()) values[`${set} ${at}`] = found[i]!;
    }
    values["linear h2"] = (await probed(place, "circles", "linear", steps, lr))[2]!;
    const curves = planeSets.curves();
    const small = {
      model: net({ inputs: 2, hidden: [2], outputs: 2, activation: "tanh" }),
      data: curves,
      batch: curves.rows,
      steps,
      lr,
      optimizer: (rate: number | readonly number[]) => adam({ lr: rate }),
      doing: "curves, tanh 2-2-2",
    };
    values["tanh curves"] = await place.train(small, (trainer) => accuracyOf(trainer, curves));
    const images = await probedImages(place, "relu", setup);
    for (const [i, at] of ["input", "h1", "h2", "h3"].entries()) values[`images ${at}`] = images[i]!;
    values["images linear"] = (await probedImages(place, "linear", setup))[0]!;
    values["images gain"] = place.seeds.map((_, r) => images[3]![r]! - images[0]![r]!);
    return {
      values,
      data: {
        plane: sets.map((set) => ({ set, values: places.map((at) => values[`${set} ${at}`]!) })),
        images,
        linear: values["images linear"],
      },
    };
  },
  figure: ({ plane, images, linear: flat }) => ({
    caption: {
      en: "How well a line separates the classes at each layer: accuracy of a logistic regression. Mark: reference.",
      ko: "각 층에서 직선 하나로 얻는 것: 로지스틱 회귀의 정확도. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "lines",
        x: { label: { en: "input = 0, hidden layers 1 and 2", ko: "입력 = 0, 은닉층 1과 2" } },
        y: { label: { en: "accuracy of a line", ko: "직선의 정확도" }, percent: true, from: 0.4, to: 1 },
        dots: true,
        series: plane.map(({ set, values }) => ({
          name: set,
          points: values.map((own, i) => point(i, own)),
        })),
      },
      {
        kind: "bars",
        value: {
          label: { en: "test accuracy of a linear probe, images", ko: "이미지에서 선형 탐침의 시험 정확도" },
          percent: true,
          from: 0.7,
          to: 1,
        },
        bars: [
          ...images.map((own, i) =>
            bar(i === 0 ? { en: "input", ko: "입력" } : `h${i}`, own, imageReferences[i]),
          ),
          bar({ en: "linear, h3", ko: "선형, h3" }, flat, 0.8305),
        ],
      },
    ],
  }),
  verdict: (read) => ({
    answer:
      read("circles h2").median > 0.97 && read("images gain").median > 0 && read("linear h2").median < 0.75
        ? "holds"
        : "fails",
    text: {
      en: `A line gets ${(100 * read("circles input").median).toFixed(0)} % of the circles right at the input and ${(100 * read("circles h2").median).toFixed(0)} % after two layers; a linear network changes nothing. Progress need not be steady: on spirals the first layer (${(100 * read("spirals h1").median).toFixed(0)} %) may be no better than the input (${(100 * read("spirals input").median).toFixed(0)} %).`,
      ko: `직선은 입력에서 원의 ${(100 * read("circles input").median).toFixed(0)} %를, 두 층 뒤에서는 ${(100 * read("circles h2").median).toFixed(0)} %를 맞힌다. 선형 신경망은 아무것도 바꾸지 않는다. 길이 곧지만은 않다: 나선에서는 첫 층(${(100 * read("spirals h1").median).toFixed(0)} %)이 입력(${(100 * read("spirals input").median).toFixed(0)} %)보다 낫지 않을 수 있다.`,
    },
  }),
});
