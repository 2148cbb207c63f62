import { permutation } from "../../core/random.ts";
import { type ClassDataset, featuresOf, inspect, probes, selectRows, sgd } from "../../index.ts";
import { pooled, smallCnn, two } from "../cnn.ts";
import { defineExperiment } from "../experiment.ts";
import { cosineOf, filtersOf, moved } from "../filters.ts";
import { bar } from "../measures.ts";

const cases = [
  {
    name: "parity",
    en: "other targets",
    ko: "다른 목표",
    cosine: [0.41, 0.37, 0.43],
    cka: 0.87,
  },
  {
    name: "order",
    en: "same targets, other order",
    ko: "같은 목표, 다른 순서",
    cosine: [0.85, 0.78, 0.9],
    cka: 0.88,
  },
] as const;

/** Whether the class is an odd number, as one of two of the ten outputs: the network stays the same. */
const parity = (images: ClassDataset): ClassDataset => ({
  ...images,
  labels: images.labels.map((l) => l % 2),
});

export const targetMaps = defineExperiment({
  row: 37,
  name: "target-maps",
  chapter: "depth",
  images: true,
  seconds: [125, 6],
  title: { en: "Maps depend on the target", ko: "맵은 목표에 달려 있다" },
  statement: {
    en: "The feature maps that a network learns depend on what it has to distinguish.",
    ko: "어떤 맵을 배우는지는 무엇을 구별해야 하는지에 달려 있다.",
  },
  method: {
    en: "From the same weights, a convolutional network of 16 and 32 channels learns the ten classes; whether the class is odd; and the ten classes again, from images in another order. How similar are the directions in which the filters moved (cosine), and how similarly do the last maps represent {looked} images (CKA)?",
    ko: "같은 가중치에서 출발해, 채널 16과 32의 합성곱 신경망이 열 클래스를, 클래스가 홀수인지를, 그리고 다른 순서의 이미지로 다시 열 클래스를 배운다. 필터가 움직인 방향이 얼마나 같은가, 마지막 맵이 이미지 {looked}장에 대해 말하는 것(CKA)은 얼마나 같은가?",
  },
  notes: [
    {
      en: "The cosine depends on the size of the starting weights: 0.18 from U(±1/√fan-in), 0.6 from He's, which overshoot in the same way in the first steps at this learning rate, whatever the target. The reference's 0.41 lies between. Either way, other targets lead in another direction.",
      ko: "코사인은 시작 가중치의 크기에 달려 있다: U(±1/√fan-in)에서는 0.18, He에서는 0.6이다. He는 이 학습률에서 목표와 상관없이 첫 단계들에서 똑같이 지나치게 뛴다. 참조값 0.41은 그 사이이며, 목표가 다르면 다른 쪽으로 간다는 것은 둘 다에서 성립한다.",
    },
    {
      en: "CKA: Kornblith, Norouzi, Lee, Hinton 2019.",
      ko: "CKA: Kornblith, Norouzi, Lee, Hinton 2019.",
    },
  ],
  setup: { rows: 10_000, batch: 128, momentum: 0.9, lr: 0.05, steps: 300, looked: 500 },
  quick: { rows: 1500, steps: 12, looked: 100 },
  metrics: [
    ...cases.flatMap(({ name, en, ko, cosine, cka }) => [
      {
        name: `cosine ${name}`,
        label: { en: `cosine of the filters' directions, ${en}`, ko: `필터 이동의 코사인, ${ko}` },
        reference: cosine,
      },
      {
        name: `cka ${name}`,
        label: { en: `CKA of the last maps, ${en}`, ko: `마지막 맵의 CKA, ${ko}` },
        reference: [cka] as const,
      },
    ]),
    {
      name: "difference",
      label: { en: "cosine, other order minus other targets", ko: "코사인, 다른 순서 빼기 다른 목표" },
      reference: [0.44],
      gate: { from: 0.15 },
    },
  ],
  async run(place, { rows, batch, momentum, lr, steps, looked }) {
    const data = pooled((await place.images(rows, 10)).train);
    const shuffled = selectRows(data, permutation(data.rows, 1, 0));
    const model = smallCnn("relu", two);
    const flat = String(model.layers.length - 2);
    const points = featuresOf(data, 0, Math.min(looked, data.rows));
    const values: Record<string, number[]> = {};
    const train = <T>(
      set: ClassDataset,
      doing: string,
      use: Parameters<typeof place.train<T>>[1],
    ): Promise<T> =>
      place.train(
        {
          model,
          data: set,
          batch,
          steps,
          lr,
          optimizer: (rate: number | readonly number[]) => sgd({ lr: rate, momentum }),
          doing,
        },
        use,
      );
    const start = await place.fresh(model, filtersOf);
    const base = await train(data, "classes", async (trainer) => {
      const look = await inspect(trainer, points);
      look.run();
      const activity = await look.read(flat);
      look.dispose();
      return { activity, filters: await filtersOf(trainer) };
    });
    const [replicas, count] = base.activity.shape;
    const features = base.activity.output.length / replicas / count;
    const activity = { shape: [replicas, count, features] as const, output: base.activity.output };
    for (const { name } of cases) {
      await train(name === "parity" ? parity(data) : shuffled, name, async (trainer) => {
        const filters = await filtersOf(trainer);
        values[`cosine ${name}`] = filters.map((own, r) =>
          cosineOf(moved(start[r]!, own), moved(start[r]!, base.filters[r]!)),
        );
        const look = await inspect(trainer, points, {
          keep: false,
          probes: [probes.cka({ [flat]: activity })],
        });
        look.run();
        values[`cka ${name}`] = [...(await look.numbers("cka"))[flat]!];
        look.dispose();
      });
    }
    values["difference"] = values["cosine order"]!.map((v, r) => v - values["cosine parity"]![r]!);
    return { values, data: values };
  },
  figure: (values) => ({
    caption: {
      en: "Compared with a network that learned the ten classes from the same start. First: the direction in which the filters moved. Second: what the maps represent. Mark: reference.",
      ko: "같은 출발점에서 열 클래스를 배운 신경망과의 비교. 첫째: 필터가 움직인 방향, 둘째: 맵이 말하는 것. 표시는 참조 결과.",
    },
    panels: [
      {
        kind: "bars",
        value: {
          label: { en: "cosine of the filters' directions", ko: "필터 이동의 코사인" },
          from: 0,
          to: 1,
        },
        bars: cases.map(({ name, en, ko, cosine }) => bar({ en, ko }, values[`cosine ${name}`]!, cosine[0])),
      },
      {
        kind: "bars",
        value: { label: { en: "CKA of the last maps", ko: "마지막 맵의 CKA" }, from: 0, to: 1 },
        bars: cases.map(({ name, en, ko, cka }) => bar({ en, ko }, values[`cka ${name}`]!, cka)),
      },
    ],
  }),
  verdict(read) {
    const [parityWay, orderWay] = [read("cosine parity").median, read("cosine order").median];
    const [parityCka, orderCka] = [read("cka parity").median, read("cka order").median];
    const blind = Math.abs(orderCka - parityCka) < 0.1;
    return {
      answer: orderWay - parityWay > 0.15 ? "holds" : "fails",
      text: {
        en: `With other targets the filters move in another direction (cosine ${parityWay.toFixed(2)}); with the same targets in another order, in nearly the same one (${orderWay.toFixed(2)}). CKA ${blind ? "cannot tell the two apart" : "tells the two apart as well"}: ${parityCka.toFixed(2)} and ${orderCka.toFixed(2)}.`,
        ko: `목표가 다르면 필터는 다른 길로 가고(코사인 ${parityWay.toFixed(2)}), 목표가 같으면 순서가 달라도 거의 같은 길로 간다(${orderWay.toFixed(2)}). CKA로는 둘을 ${blind ? "구별할 수 없다" : "역시 구별할 수 있다"}: ${parityCka.toFixed(2)}와 ${orderCka.toFixed(2)}.`,
      },
    };
  },
});
