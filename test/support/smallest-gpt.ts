/** The smallest page that trains a GPT on a text. */
import {
  Trainer,
  adamW,
  characterTokenizer,
  crossEntropy,
  device,
  gpt,
  textParts,
  tokenDataset,
} from "../../src/index.ts";
import { gelu } from "../../src/activations/records/gelu.ts";

const text = await (await fetch("text.txt")).text();
const tokenizer = characterTokenizer(text);
const of = { context: 64, vocabulary: tokenizer.size };
const trainer = await Trainer.create(await device(), {
  model: gpt({ ...of, layers: 4, heads: 4, width: 128, activation: gelu }),
  loss: crossEntropy(),
  optimizer: adamW({ lr: 1e-3 }),
  batch: 16,
});
const { losses } = await trainer.fit(
  tokenDataset(textParts(text, tokenizer).train, { name: "text", ...of }),
  {
    steps: 1000,
  },
);
document.body.textContent = String(losses[0]!.at(-1));
