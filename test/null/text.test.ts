import { describe, expect, test } from "vitest";
import {
  byteTokenizer,
  characterTokenizer,
  crossEntropy,
  drawToken,
  gpt,
  multiheadAttention,
  readTokenizerJson,
  recurrentModel,
  sequential,
  textParts,
  tokenDataset,
  tokenizerOf,
  trainBpe,
} from "../../src/index.ts";
import { Graph, data } from "../../src/ops.ts";
import { lstm } from "../../src/nn/sequence/recurrent.ts";
import { interpret } from "../../src/check/float64/index.ts";
import { permute } from "../../src/core/random.ts";
import type { RowSource } from "../../src/train/step.ts";

const text = "the whale, the white whale – the sea! It's 1851; don't, the whales' sea.\n\n";

describe("tokenizers", () => {
  const bpe = trainBpe(text.repeat(3), 280);
  test.each([
    ["characters", characterTokenizer(text)],
    ["bytes", byteTokenizer()],
    ["bpe", bpe],
  ])("%s: a text and back, and the same from its record", (_, tokenizer) => {
    const tokens = tokenizer.encode(text);
    expect(Math.max(...tokens)).toBeLessThan(tokenizer.size);
    expect(tokenizer.decode(tokens)).toBe(text);
    const again = tokenizerOf(JSON.parse(JSON.stringify(tokenizer.record)));
    expect(again.encode(text)).toEqual(tokens);
    expect(again.size).toBe(tokenizer.size);
  });

  test("bpe joins the most frequent pair first, within words", () => {
    expect(bpe.size).toBe(280);
    expect(bpe.record.type === "bpe" && bpe.record.merges[0]).toBe("h e");
    expect(bpe.encode(text).length).toBeLessThan(byteTokenizer().encode(text).length);
    // " the" comes four times: it is one token.
    expect([...bpe.encode(" the the")]).toHaveLength(2);
  });

  test("Hugging Face's tokenizer.json is read, its merges in both forms, special tokens too", () => {
    if (bpe.record.type !== "bpe") throw new Error("no bpe");
    const { tokens, merges } = bpe.record;
    const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
    const file = (pairs: unknown, more: object = {}): string =>
      JSON.stringify({
        added_tokens: [{ id: 280, content: "<|endoftext|>" }],
        pre_tokenizer: { type: "ByteLevel" },
        model: { type: "BPE", vocab, merges: pairs, ...more },
      });
    const read = readTokenizerJson(file(merges), "tokenizer.json");
    expect(read.encode(text)).toEqual(bpe.encode(text));
    expect(read.size).toBe(281);
    expect(read.decode([280])).toBe("<|endoftext|>");
    const newer = readTokenizerJson(file(merges.map((merge) => merge.split(" "))), "tokenizer.json");
    expect(newer.encode(text)).toEqual(bpe.encode(text));
    expect(() => readTokenizerJson(file(merges, { type: "WordPiece" }), "t.json")).toThrow(
      /WordPiece, not byte-level/,
    );
  });

  test.each([
    ["{", /expected JSON/],
    ["[]", /expected a tokenizer.json, which has a model/],
    ['{"type":"characters","characters":"aba"}', /a character appears twice/],
    ['{"type":"bpe","tokens":["a"],"merges":[]}', /the byte 0 has no token/],
  ])("what is no tokenizer is refused: %s", (given, message) => {
    expect(() => readTokenizerJson(given, "t.json")).toThrow(message);
  });

  test("a character that the tokenizer does not have is named", () => {
    expect(() => characterTokenizer("ab").encode("abc")).toThrow(
      /character 2, "c", is not among the tokenizer's 2/,
    );
  });
});

describe("windows of tokens", () => {
  const tokens = Array.from({ length: 50 }, (_, i) => i % 7);
  const windows = tokenDataset(tokens, { name: "sevens", context: 4, vocabulary: 7 });

  test("the last tenth of a text is held out, and characters are counted back from its tokens", () => {
    const parts = textParts("ab".repeat(50), byteTokenizer());
    expect([parts.train.length, parts.test.length, parts.charactersPerToken]).toEqual([90, 10, 1]);
  });

  test("a batch is windows in the epoch's order, each with the tokens that follow", () => {
    expect(windows.rows).toBe(46);
    const graph = new Graph();
    const source = windows.source as RowSource;
    const spec = { model: gpt(small), loss: crossEntropy(), replicas: 1, batch: 3 };
    const { x, y } = source.batch(graph, source.tensors("t"), spec, 5);
    graph.output("x", x);
    graph.output("y", y);
    const environment = new Map([
      ["t.x", Float64Array.from(windows.x)],
      ["t.y", Float64Array.from(windows.labels)],
    ]);
    const found = interpret(graph, environment, { start: 6, epoch: 2, key0: 0, key1: 0 });
    const begins = [6, 7, 8].map((i) => permute(i, 46, 5, 2));
    expect([...found(x).data]).toEqual(begins.flatMap((begin) => tokens.slice(begin, begin + 4)));
    expect(y.shape).toEqual([1, 12, 1]);
    expect([...found(y).data]).toEqual(begins.flatMap((begin) => tokens.slice(begin + 1, begin + 5)));
  });

  const small = { vocabulary: 7, context: 4, layers: 1, heads: 2, width: 8 } as const;

  test("what does not fit is refused, with both values", () => {
    expect(() => tokenDataset([1, 2, 3, 4], { name: "s", context: 4, vocabulary: 7 })).toThrow(
      /4 tokens, a window needs 5/,
    );
    expect(() => tokenDataset([1, 9, 1], { name: "s", context: 2, vocabulary: 7 })).toThrow(
      /token 1 is 9, the vocabulary has 7/,
    );
    const check = (model: object): void =>
      (windows.source as RowSource).check({ ...gpt(small), ...model }, crossEntropy());
    expect(() => check({})).not.toThrow();
    expect(() => check({ inputs: 8 })).toThrow(/windows of 4 tokens, the model takes 8/);
    expect(() => check({ outputs: 20 })).toThrow(/7 tokens, the model gives 5 numbers/);
    expect(() => gpt({ ...small, heads: 3 })).toThrow(/3 heads do not divide 8 features/);
    expect(() => gpt({ ...small, positions: 3 })).toThrow(/a context of 4 is longer than 3 positions/);
    expect(() => sequential(multiheadAttention(8, 2))).toThrow(/no layer states its number of inputs/);
    expect(() => {
      const graph = new Graph();
      const model = recurrentModel({ cell: "lstm", vocabulary: 7, context: 4, layers: 1, width: 900 });
      model.build(graph, data(graph, "x", [1, 2, 4]), 1);
    }).toThrow(/900 units, the state of at most 819 fits a workgroup/);
    expect(lstm(4, 819).title).toBe("lstm(4, 819)");
  });
});

test("tokens are drawn by probability, from the likeliest alone where that is asked for", () => {
  const logits = Array.from([0.1, 0.2, 0.3, 0.4], Math.log);
  const at = (u: number, options = {}): number => drawToken(logits, options, u);
  expect([0, 0.39, 0.41, 0.69, 0.71, 0.99].map((u) => at(u))).toEqual([3, 3, 2, 2, 1, 0]);
  expect([0, 0.99].map((u) => at(u, { temperature: 0 }))).toEqual([3, 3]);
  expect([0.5, 0.6].map((u) => at(u, { topK: 2 }))).toEqual([3, 2]);
  expect([0, 0.99].map((u) => at(u, { topP: 0.5 }))).toEqual([3, 2]);
});
