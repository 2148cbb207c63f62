/** Whether an activation's outputs lie about zero, which two experiments ask: of trained networks 784-[64]x2-10. */
import type { Text } from "../core/text.ts";
import { type ClassDataset, inspect, probes } from "../index.ts";
import { imageNet } from "./networks.ts";
import type { Place } from "./place.ts";

/** The first hidden layer's outputs: the reference's figures are this layer's. */
const LAYER = "1";

/** Mean over standard deviation of the first hidden layer's outputs after training, one value per seed. */
export const meanOverStd = (
  place: Place,
  activation: string,
  data: ClassDataset,
  { steps, lr, looked }: { readonly steps: number; readonly lr: number; readonly looked: number },
): Promise<number[]> =>
  place.train({ model: imageNet(activation, 64, 2), data, steps, lr, doing: activation }, async (trainer) => {
    const look = await inspect(trainer, data, { rows: looked, keep: false, probes: [probes.spread()] });
    look.run();
    const found = await look.numbers("spread");
    look.dispose();
    return found[`${LAYER} mean`]!.map((mean, r) => mean / found[`${LAYER} std`]![r]!);
  });

/** Of a figure of these values. */
export const centredCaption: Text = {
  en: "Mean of the first hidden layer's outputs, in standard deviations. Mark: reference.",
  ko: "첫 은닉층 출력의 평균을 표준편차로 나눈 값. 표시는 참조 결과.",
};
