import { describe, expect, test } from "vitest";
import { languageStart } from "../../src/app/jobs/language-start.ts";
import { textOptions } from "../../src/app/jobs/text-options.ts";
import { ActigradError } from "../../src/core/errors.ts";
import { checkOptions } from "../../src/core/options.ts";
import { loadHuggingFace } from "../../src/index.ts";
import { llamaFolder } from "../support/llama-folder.ts";

const files = llamaFolder();
type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

const reading =
  (there: Files) =>
  (path: string): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = there.get(path.replace(/^llama\//, ""));
    if (bytes !== undefined) return Promise.resolve(bytes);
    return Promise.reject(new ActigradError("file", `${path}: no such file`));
  };

/** The folder with one file changed, or left out. */
function changed(name: string, change?: (value: Record<string, unknown>) => unknown): Files {
  const there = new Map(files);
  if (change === undefined) there.delete(name);
  else {
    const value = JSON.parse(new TextDecoder().decode(there.get(name))) as Record<string, unknown>;
    there.set(name, new TextEncoder().encode(JSON.stringify(change(value))));
  }
  return there;
}

describe("a folder of Hugging Face's", () => {
  test("has its weights in the files that its index names", async () => {
    const { model, weights, options } = await loadHuggingFace(reading(files));
    expect(model.inputs).toBe(8);
    expect(options).toMatchObject({ vocabulary: 260, heads: 2, keyHeads: 1, normType: "rms" });
    expect(weights.get("1.self_attn.in_proj_weight")!.shape).toEqual([32, 16]);
    expect([...weights.values()].every(({ data }) => data.every((v) => v !== 0))).toBe(true);
  });

  test("shows as much at once as is asked for", async () => {
    expect((await loadHuggingFace(reading(files), 5)).model.inputs).toBe(5);
    await expect(loadHuggingFace(reading(files), 9)).rejects.toMatchObject({ code: "shape" });
  });

  const wrongIndex = "model.safetensors.index.json";
  test.each([
    ["no config", changed("config.json"), "file", /config\.json/],
    [
      "an unknown kind",
      changed("config.json", (c) => ({ ...c, model_type: "bert" })),
      "format",
      /gpt2 or llama, got "bert"/,
    ],
    [
      "other sizes",
      changed("config.json", (c) => ({ ...c, intermediate_size: 32 })),
      "shape",
      /\[24,16\].*\[32,16\]/,
    ],
    ["a file that is missing", changed("model-00002-of-00002.safetensors"), "file", /00002/],
    [
      "an index that leads elsewhere",
      changed(wrongIndex, () => ({ weight_map: { a: "../x.safetensors" } })),
      "format",
      /is not a safetensors file in the folder/,
    ],
    ["an index that is none", changed(wrongIndex, () => null), "format", /expected a weight_map/],
    [
      "a tensor left out",
      changed(wrongIndex, () => ({ weight_map: { a: "model-00001-of-00002.safetensors" } })),
      "format",
      /no tensor "model\.layers/,
    ],
  ] as const)("%s is told", async (_, there, code, message) => {
    const failure = await loadHuggingFace(reading(there)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  const start = (asked: object, there: Files = files) =>
    languageStart(
      checkOptions("train", textOptions, { text: "t", load: "llama", ...asked } as never),
      "",
      reading(there),
    );

  test("is what a training begins with", async () => {
    expect(await start({})).toMatchObject({ vocabulary: 260, context: 8, network: "gpt" });
  });

  test.each([
    [{ width: 32 }, "option", /--width and --load: what is loaded has its own/],
    [{ tokenizer: "bytes" }, "option", /--tokenizer/],
    [{ keyHeads: 2 }, "option", /--key-heads/],
    [{ model: "lstm" }, "option", /holds a gpt, --model says lstm/],
    [{ context: 64 }, "shape", /64/],
  ] as const)("refuses %j beside it", async (asked, code, message) => {
    await expect(start(asked)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test("with a tokenizer of more tokens than its model is refused", async () => {
    const there = changed("config.json", (c) => ({ ...c, vocab_size: 200 }));
    await expect(start({}, there)).rejects.toMatchObject({ code: "shape" });
    const more = changed("tokenizer.json", (t) => ({
      ...t,
      added_tokens: [257, 258, 259, 260].map((id) => ({ id, content: `<${id}>` })),
    }));
    await expect(start({}, more)).rejects.toMatchObject({
      code: "format",
      message: expect.stringMatching(/has 261 tokens, config\.json says vocab_size 260/) as string,
    });
  });
});
