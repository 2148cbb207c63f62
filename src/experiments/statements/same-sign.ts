import { inspect, probes } from "../../index.ts";
import { defineExperiment } from "../experiment.ts";
import { bar } from "../measures.ts";
import { imageNet } from "../networks.ts";

const activations = ["sigmoid", "relu", "tanh", "elu", "leaky_relu", "linear"] as const;
const positive: readonly string[] = ["sigmoid", "relu"];

export const sameSign = defineExperiment({
  row: 10,
  name: "same-sign",
  chapter: "sigmoid",
  exact: true,
  images: true,
  seconds: [2, 2],
  title: {
    en: "All inputs positive: gradients of one sign",
    ko: "입력이 모두 양수이면 기울기의 부호가 같다",
  },
  statement: {
    en: "If all inputs of a neuron are positive, all its weight gradients have the same sign.",
    ko: "뉴런의 입력이 모두 양수이면 그 가중치 기울기의 부호가 모두 같다.",
  },
  method: {
    en: "Untrained 784-[64]x2-10 networks: the share of second-layer neurons whose weight gradients all have the same sign, for single images and for a batch of 128.",
    ko: "학습 전의 784-[64]x2-10 신경망: 둘째 층에서 가중치 기울기의 부호가 모두 같은 뉴런의 비율을 이미지 한 장씩, 그리고 128장 묶음으로 잰다.",
  },
  setup: { network: "784-[64]x2-10", batch: 128 },
  metrics: activations.flatMap((name) => [
    {
      name: `${name} sample`,
      label: { en: `${name}, single images`, ko: `${name}, 한 장씩` },
      notation: "percent" as const,
      reference: [positive.includes(name) ? 1 : 0] as const,
      gate: positive.includes(name) ? { from: 1, each: true } : { to: 0, each: true },
    },
    {
      name: `${name} batch`,
      label: { en: `${name}, batch of 128`, ko: `${name}, 128장 묶음` },
      notation: "percent" as const,
      ...(positive.includes(name) && {
        reference: [name === "sigmoid" ? 0.3 : 0.04] as const,
        gate: { to: 0.6 },
      }),
    },
  ]),
  async run(place, { batch }) {
    const { train } = await place.images(batch, 1000);
    const values: Record<string, number[]> = {};
    for (const name of activations) {
      place.say(name);
      await place.fresh(imageNet(name, 64, 2), async (trainer) => {
        const look = await inspect(trainer, train, { keep: false, probes: [probes.sameSign()] });
        look.run();
        const found = await look.numbers("sameSign");
        look.dispose();
        values[`${name} sample`] = [...found["2 sample"]!];
        values[`${name} batch`] = [...found["2 batch"]!];
      });
    }
    return {
      values,
      data: activations.map((name) => ({
        name,
        sample: values[`${name} sample`]!,
        batch: values[`${name} batch`]!,
      })),
    };
  },
  figure: (rows) => ({
    caption: {
      en: "Share of neurons whose weight gradients all have the same sign. Mark: reference.",
      ko: "가중치 기울기의 부호가 모두 같은 뉴런의 비율. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        title: { en: "single images", ko: "이미지 한 장씩" },
        value: { label: { en: "neurons", ko: "뉴런" }, percent: true, from: 0, to: 1 },
        bars: rows.map(({ name, sample }) => bar(name, sample, positive.includes(name) ? 1 : 0)),
      },
      {
        kind: "bars",
        title: { en: "a batch of 128", ko: "128장 묶음" },
        value: { label: { en: "neurons", ko: "뉴런" }, percent: true, from: 0, to: 1 },
        bars: rows.map(({ name, batch }) => bar(name, batch, { sigmoid: 0.3, relu: 0.04 }[name as string])),
      },
    ],
  }),
  verdict: (read) => ({
    answer: read("sigmoid sample").low === 1 && read("relu sample").low === 1 ? "condition" : "fails",
    text: {
      en: `It holds for single images, and just as well for relu as for sigmoid. Summed over a batch of 128, it holds for only ${Math.round(100 * read("sigmoid batch").median)} % (sigmoid) and ${Math.round(100 * read("relu batch").median)} % (relu) of the neurons.`,
      ko: `이미지 한 장마다는 성립하며, 시그모이드뿐 아니라 relu에서도 똑같다. 128장을 합하면 부호가 같은 뉴런은 시그모이드 ${Math.round(100 * read("sigmoid batch").median)} %, relu ${Math.round(100 * read("relu batch").median)} %뿐이다.`,
    },
  }),
});
