/** The files of a tiny Llama in Hugging Face's form: weights in two files with an index, and a tokenizer over bytes. */
import { normal, streamOf } from "../../src/core/random.ts";
import { writeSafetensors } from "../../src/data/formats/safetensors.ts";
import type { Tensor } from "../../src/data/formats/tensor.ts";
import { trainBpe } from "../../src/data/text/bpe.ts";

const config = {
  model_type: "llama",
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  max_position_embeddings: 8,
  vocab_size: 260,
};

export function llamaFolder(): Map<string, Uint8Array<ArrayBuffer>> {
  const shapes: Record<string, readonly number[]> = {
    "model.embed_tokens.weight": [260, 16],
    "model.layers.0.input_layernorm.weight": [16],
    "model.layers.0.post_attention_layernorm.weight": [16],
    "model.layers.0.self_attn.q_proj.weight": [16, 16],
    "model.layers.0.self_attn.k_proj.weight": [8, 16],
    "model.layers.0.self_attn.v_proj.weight": [8, 16],
    "model.layers.0.self_attn.o_proj.weight": [16, 16],
    "model.layers.0.mlp.gate_proj.weight": [24, 16],
    "model.layers.0.mlp.up_proj.weight": [24, 16],
    "model.layers.0.mlp.down_proj.weight": [16, 24],
    "model.norm.weight": [16],
    "lm_head.weight": [260, 16],
  };
  const tensors = Object.entries(shapes).map(([name, shape]): readonly [string, Tensor] => [
    name,
    {
      shape,
      data: normal(
        1,
        streamOf(name),
        shape.reduce((a, b) => a * b, 1),
      ).map((v) => 0.2 * v),
    },
  ]);
  const names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] as const;
  const { record } = trainBpe("the sea and the whale", 257);
  if (record.type !== "bpe") throw new Error("byte-pair encoding is wanted");
  const tokenizer = {
    pre_tokenizer: { type: "ByteLevel" },
    model: {
      type: "BPE",
      vocab: Object.fromEntries(record.tokens.map((token, id) => [token, id])),
      merges: record.merges,
    },
  };
  const index = { weight_map: Object.fromEntries(tensors.map(([name], i) => [name, names[i < 5 ? 0 : 1]])) };
  const json = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));
  return new Map([
    ["config.json", json(config)],
    ["tokenizer.json", json(tokenizer)],
    ["model.safetensors.index.json", json(index)],
    [names[0], writeSafetensors(tensors.slice(0, 5), [])],
    [names[1], writeSafetensors(tensors.slice(5), [])],
  ]);
}
