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

/** A rate at which nothing changes. */
const still = ["--steps", "1", "--lr", "1e-30", "--weight-decay", "0"];

test("a saved model is trained on from its weights, and has its own sizes and tokenizer", () => {
  const sizes = ["--layers", "1", "--width", "16", "--heads", "2", "--context", "8"];
  const usual = ["--model", "gpt", ...sizes, "--steps", "40", "--lr", "0.01"];
  const first = train("first", ...usual, "--save", at("sea.safetensors"));
  const on = train("on", "--model", "gpt", "--load", at("sea.safetensors"), ...still);
  expect(on.evaluations[0]!.loss[0]).toBe(first.evaluations.at(-1)!.loss[0]);
  expect(on.about.parameters).toBe(first.about.parameters);
});

test("a folder of Hugging Face's is trained on, its weights in two files, and goes on with a prompt", () => {
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
  const written = (path: string): string => {
    const { code, out, err } = actigrad("generate", "--load", path, "--prompt", "the", "--tokens", "6");
    expect(code, err).toBe(0);
    return out;
  };
  expect(written(at("llama"))).toBe(written(at("saved.safetensors")));
});
