import { expect, test } from "vitest";
import { readOracle } from "../../src/check/oracle/index.ts";
import { type Pair, ownOracle, readFromDisk, readPair, reluPair } from "../support/oracle-file.ts";

const formatError = (message: RegExp): object => ({
  name: "ActigradError",
  code: "format",
  message: expect.stringMatching(message),
});

test("a pair becomes cases with their tensors", async () => {
  const { cases } = await readPair(reluPair());
  expect(cases).toHaveLength(1);
  const [relu] = cases;
  expect(relu!.id).toBe("relu");
  expect(relu!.text("op")).toBe("relu");
  expect([...relu!.tensor("in", "x").data]).toEqual([-1, 0, 2, 3]);
  expect(relu!.tensor("out", "dx")).toMatchObject({ dtype: "f64", shape: [4] });
  expect(relu!.has("in", "alpha")).toBe(false);
  expect(() => relu!.tensor("in", "alpha")).toThrow(
    'folder/own.json: case "relu": in.alpha: expected a tensor',
  );
});

test("a .bin that lies anywhere in memory is read", async () => {
  const pair = reluPair();
  const shifted = new Uint8Array(new ArrayBuffer(pair.bin.length + 4), 4);
  shifted.set(pair.bin);
  const { cases } = await readPair({ ...pair, bin: shifted });
  expect([...cases[0]!.tensor("out", "y").data]).toEqual([0, 0, 2, 3]);
});

test("scalars have shape []", async () => {
  const pair = reluPair();
  pair.index["shared"] = { limit: { t: "f32", s: [], o: 8 } };
  const [relu] = (await readPair(pair)).cases;
  expect([...relu!.index.tensor("shared", "limit").data]).toEqual([2]);
});

test.each([
  "activations",
  "layers",
  "losses",
  "optim",
  "trajectories",
  "nets",
  "sequence",
  "gpt",
  "frontier",
])("%s.json is read whole", async (name) => {
  const { cases } = await ownOracle(name);
  expect(cases.length).toBe(cases[0]!.index.number("caseCount"));
});

type Change = (index: Record<string, unknown>, relu: Record<string, unknown>) => void;
const wrong: readonly [what: string, message: RegExp, change: Change][] = [
  ["another format", /format "oracle-1", got "oracle-2"/, (index) => (index["format"] = "oracle-2")],
  ["no format", /format "oracle-1", got none/, (index) => delete index["format"]],
  ["no bin", /bin: expected the name of a file/, (index) => delete index["bin"]],
  ["a bin elsewhere", /bin: expected the name of a file/, (index) => (index["bin"] = "../own.bin")],
  ["no length", /binBytes: expected a number of bytes, got none/, (index) => delete index["binBytes"]],
  ["a negative length", /binBytes: expected a number of bytes, got -1/, (index) => (index["binBytes"] = -1)],
  ["another length", /expected 97 bytes in own.bin, got 96/, (index) => (index["binBytes"] = 97)],
  ["no hash", /binSha256/, (index) => delete index["binSha256"]],
  ["another hash", /SHA-256 of own.bin does not match the index/, (index) => (index["binSha256"] = "00")],
  ["no cases", /cases: expected a list, got nothing/, (index) => delete index["cases"]],
  ["another count", /expected 2 cases, got 1/, (index) => (index["caseCount"] = 2)],
  ["a case that is none", /case 0: expected an object with an id/, (index) => (index["cases"] = [1])],
  ["a case without id", /case 0: expected an object with an id/, (_, relu) => delete relu["id"]],
  [
    "an id that comes twice",
    /case 1: the id "relu" appears twice/,
    (index, relu) => {
      index["cases"] = [relu, relu];
      index["caseCount"] = 2;
    },
  ],
  [
    "an unknown dtype",
    /case "relu": in: x: dtype: .*f32, f64, i32, u8, got "f16"/,
    (_, relu) => set(relu, "x", { t: "f16", s: [4], o: 0 }),
  ],
  [
    "a dtype of the prototype",
    /dtype: expected one of/,
    (_, relu) => set(relu, "x", { t: "toString", s: [4], o: 0 }),
  ],
  [
    "a shape that is none",
    /shape: expected whole numbers/,
    (_, relu) => set(relu, "x", { t: "f32", s: 4, o: 0 }),
  ],
  [
    "half an axis",
    /shape: expected whole numbers/,
    (_, relu) => set(relu, "x", { t: "f32", s: [1.5], o: 0 }),
  ],
  [
    "an axis of 0",
    /shape: expected whole numbers of at least 1/,
    (_, relu) => set(relu, "x", { t: "f32", s: [0], o: 0 }),
  ],
  [
    "an odd offset",
    /offset: expected a multiple of 8, got 4/,
    (_, relu) => set(relu, "x", { t: "f32", s: [4], o: 4 }),
  ],
  [
    "a negative offset",
    /offset: expected a multiple of 8/,
    (_, relu) => set(relu, "x", { t: "f32", s: [4], o: -8 }),
  ],
  [
    "a tensor past the end",
    /f32\[4\] at 88 ends at byte 104, the .bin has 96/,
    (_, relu) => set(relu, "x", { t: "f32", s: [4], o: 88 }),
  ],
  [
    "a size beyond numbers",
    /ends at byte .*, the .bin has 96/,
    (_, relu) => set(relu, "x", { t: "f32", s: Array.from({ length: 40 }, () => 2 ** 52), o: 0 }),
  ],
];

function set(relu: Record<string, unknown>, name: string, reference: object): void {
  (relu["in"] as Record<string, unknown>)[name] = reference;
}

test.each(wrong)("%s is a typed error", async (_what, message, change) => {
  const pair: Pair = reluPair();
  change(pair.index, (pair.index["cases"] as Record<string, unknown>[])[0]!);
  await expect(readPair(pair)).rejects.toMatchObject(formatError(message));
});

test.each([
  ["no JSON", "{oracle"],
  ["cut JSON", JSON.stringify(reluPair().index).slice(0, 200)],
  ["a list", "[]"],
  ["nothing", ""],
  ["a name twice", '{"format": "oracle-1", "format": "oracle-1"}'],
])("%s is a typed error", async (_what, text) => {
  await expect(readPair(reluPair(), text)).rejects.toMatchObject(formatError(/^folder\/own\.json: /));
});

test("a changed byte of the .bin is noticed", async () => {
  const pair = reluPair();
  pair.bin[40]! ^= 1;
  await expect(readPair(pair)).rejects.toMatchObject(formatError(/SHA-256/));
});

test("bytes that are no text are a typed error", async () => {
  const read = async (): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array([0xff, 0xfe, 0xff]);
  await expect(readOracle("x.json", read)).rejects.toMatchObject(formatError(/not UTF-8/));
});

test("the .bin is looked for beside the index", async () => {
  const asked: string[] = [];
  const read = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
    asked.push(path);
    return readFromDisk(`test/oracle/${path.split("\\").at(-1)!}`);
  };
  await readOracle("C:\\data\\nets.json", read);
  await readOracle("nets.json", read);
  expect(asked).toEqual(["C:\\data\\nets.json", "C:\\data\\nets.bin", "nets.json", "nets.bin"]);
});
