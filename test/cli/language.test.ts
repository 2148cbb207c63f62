import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TextResult } from "../../src/app/jobs/train-text.ts";
import { fromJson } from "../../src/core/json.ts";
import { cli } from "../support/cli.ts";
import { llamaFolder } from "../support/llama-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "actigrad-language-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function actigrad(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

function train(name: string, ...args: readonly string[]): TextResult {
  const { code, err } = actigrad(
    "train",
    at("sea.txt"),
    ...args,
    "--seed",
    "1",
    "--json",
    at(`${name}.json`),
  );
  expect(code, err).toBe(0);
  return fromJson(readFileSync(at(`${name}.json`), "utf8")) as TextResult;
}

beforeAll(() => {
  const words = "the whale and the sea; a ship that sails, and the old captain who looks at it. ";
  writeFileSync(at("sea.txt"), words.repeat(60));
  mkdirSync(at("llama"));
  for (const [name, bytes] of llamaFolder()) writeFileSync(join(at("llama"), name), bytes);
});

/** A learning rate at which nothing changes. */
const still = ["--steps", "1", "--lr", "1e-30", "--weight-decay", "0"];

test("a folder of Hugging Face's, its weights in two files, is trained on and saved; what is saved is trained on, and both write the same", () => {
  const on = train(
    "llama",
    "--model",
    "gpt",
    "--load",
    at("llama"),
    ...still,
    "--save",
    at("saved.safetensors"),
  );
  expect(on.about).toMatchObject({ tokenizer: "bpe", vocabulary: 260 });
  const again = train("again", "--model", "gpt", "--load", at("saved.safetensors"), ...still);
  expect(again.evaluations).toEqual(on.evaluations);
  expect(again.about).toEqual(on.about);
  const written = (path: string): string => {
    const { code, out, err } = actigrad("generate", "--load", path, "--prompt", "the", "--tokens", "6");
    expect(code, err).toBe(0);
    return out.split(/\n6 tokens in/)[0]!; // without the times
  };
  expect(written(at("llama"))).toBe(written(at("saved.safetensors")));
});
