import { Trainer, adam, crossEntropy, device, linear, relu, sequential } from "../../../src/index.ts";
import { BATCH, LABELS, LR, SIZES, numbers, offer } from "./page.ts";

const [inputs, wide, narrow, classes] = SIZES;
const gpu = await device();
const trainer = await Trainer.create(gpu, {
  model: sequential(linear(inputs, wide), relu, linear(wide, narrow), relu, linear(narrow, classes)),
  loss: crossEntropy(),
  optimizer: adam({ lr: LR }),
  batch: BATCH,
});
const x = numbers(BATCH * inputs, 1);
const dataset = {
  kind: "classes",
  name: "noise",
  rows: BATCH,
  shape: [inputs],
  x,
  labels: LABELS,
  classes,
} as const;
offer(async (steps) => {
  const { losses } = await trainer.fit(dataset, { steps });
  return losses[0]!.at(-1)!;
});
