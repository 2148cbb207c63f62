/** Reference data made up by a test, and the project's own from disk. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type OracleFile, readOracle } from "../../src/check/oracle/index.ts";

export const readFromDisk = async (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(path));

/** test/oracle/NAME.json */
export const ownOracle = (name: string): Promise<OracleFile> =>
  readOracle(`test/oracle/${name}.json`, readFromDisk);

export interface Pair {
  index: Record<string, unknown>;
  bin: Uint8Array<ArrayBuffer>;
}

/** A valid pair with one case of relu at -1, 0, 2, 3. */
export function reluPair(): Pair {
  const bin = new Uint8Array(96);
  new Float32Array(bin.buffer, 0, 4).set([-1, 0, 2, 3]);
  new Float32Array(bin.buffer, 16, 4).set([1, 1, 0.5, -2]);
  new Float64Array(bin.buffer, 32, 4).set([0, 0, 2, 3]);
  new Float64Array(bin.buffer, 64, 4).set([0, 0, 0.5, -2]);
  const tensor = (t: string, o: number): object => ({ t, s: [4], o });
  const index = {
    format: "oracle-1",
    name: "own",
    bin: "own.bin",
    binBytes: bin.length,
    binSha256: createHash("sha256").update(bin).digest("hex"),
    caseCount: 1,
    cases: [
      {
        id: "relu",
        op: "relu",
        params: {},
        in: { x: tensor("f32", 0), gy: tensor("f32", 16) },
        out: { y: tensor("f64", 32), dx: tensor("f64", 64) },
      },
    ],
  };
  return { index, bin };
}

/** Reads a pair as if it were the files folder/own.json and folder/own.bin. */
export function readPair({ index, bin }: Pair, text = JSON.stringify(index)): Promise<OracleFile> {
  const files = new Map([
    ["folder/own.json", new TextEncoder().encode(text)],
    ["folder/own.bin", bin],
  ]);
  return readOracle("folder/own.json", async (path) => {
    const bytes = files.get(path);
    if (bytes === undefined) throw new Error(`the reader asks for ${path}`);
    return bytes;
  });
}
