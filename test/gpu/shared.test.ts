import { afterAll, describe, expect, test } from "vitest";
import { Graph } from "../../src/graph/graph.ts";
import type { MatmulTile } from "../../src/compile/kernels/target.ts";
import { permutationKey } from "../../src/core/random.ts";
import { batchIndices, gather } from "../../src/graph/ops/gather.ts";
import { type MatmulForm, matmul } from "../../src/graph/ops/matmul.ts";
import { add, mul } from "../../src/graph/ops/pointwise.ts";
import { data } from "../../src/graph/ops/source.ts";
import type { Environment } from "../../src/check/float64/interpret.ts";
import { environmentOf, numbers } from "../support/networks.ts";
import { expectReference, gpu, run, smallest } from "../support/shared.ts";

afterAll(() => gpu.dispose());

interface Product {
  readonly form: MatmulForm;
  readonly sizes: readonly [m: number, n: number, k: number];
  readonly bias?: boolean;
  readonly replicas?: readonly [a: number, b: number];
}

function build(graph: Graph, { form, sizes: [m, n, k], bias = false, replicas = [1, 1] }: Product): void {
  const name = `${form} ${m}x${n}x${k} ${bias} ${replicas.join()}`;
  const one = bias ? 1 : 0;
  const a = form === "atb" ? [k, m] : [m, k];
  const b = form === "abt" ? [n + one, k] : [form === "ab" ? k + one : k, n];
  const [x, w] = [
    data(graph, `${name} a`, [replicas[0], ...a]),
    data(graph, `${name} b`, [replicas[1], ...b]),
  ];
  graph.output(name, matmul(x, w, form, bias));
}

describe.each(["ab", "atb", "abt"] as const)("%s through workgroup memory", (form) => {
  test("any size, with and without bias, shared operands", async () => {
    const graph = new Graph();
    for (const sizes of [
      [1, 1, 1],
      [2, 3, 5],
      [17, 10, 9],
      [33, 70, 31],
      [1, 10, 100],
      [70, 1, 64],
      [9, 17, 4097],
    ] as const)
      for (const [bias, ...replicas] of [
        [false, 1, 3],
        [true, 3, 1],
        [true, 2, 2],
      ] as const)
        build(graph, { form, sizes, bias, replicas });
    await expectReference(graph, environmentOf(graph), { tile: smallest });
  });

  test("the engine's own tiles, one for each way to cut the terms", async () => {
    const graph = new Graph();
    for (const sizes of [
      [35, 64, 50],
      [20, 30, 50],
      [150, 10, 50],
      [9, 17, 100],
      [230, 260, 70],
    ] as const)
      build(graph, { form, sizes, bias: true });
    const variants = await expectReference(graph, environmentOf(graph));
    expect(variants).toEqual([
      "32x64 block, 16 terms at a time, 64 a workgroup",
      "64x32 block, 16 terms at a time, 64 a workgroup",
      "64x16 block, 16 terms at a time, 64 a workgroup",
      "16x16 block, 4 terms at a time, 16 x 16 a workgroup",
      "32x32 block, 8 terms at a time, 4 x 32 a workgroup",
    ]);
  });

  test("every tile gives the same bits, and so does a kernel that shares nothing", async () => {
    const graph = new Graph();
    build(graph, { form, sizes: [45, 37, 51], bias: true, replicas: [2, 2] });
    const bits = async (tile?: MatmulTile): Promise<string> => {
      const options = tile === undefined ? {} : { tile };
      const { results } = await run(graph, environmentOf(graph), options);
      return [...results.values()].map((y) => new Uint32Array(y.slice().buffer).join()).join();
    };
    const chosen = await bits();
    for (const tile of [
      { rows: 4, slots: 1, workgroup: 4, shared: { across: 2, depth: 8 } },
      { rows: 8, slots: 2, workgroup: 8, shared: { across: 2, depth: 4 } },
      { rows: 4, slots: 2, workgroup: 128, shared: { across: 8, depth: 16 } },
      { rows: 4, slots: 2, workgroup: 16 },
    ])
      expect((await bits(tile)) === chosen, JSON.stringify(tile)).toBe(true);
  });
});

test("a product picks the rows of its batch itself, and stores them for other readers", async () => {
  for (const [rows, features, width, replicas] of [
    [5, 7, 6, 1],
    [37, 21, 40, 3],
    [33, 131, 8, 2],
  ] as const) {
    const graph = new Graph();
    const bytes = data(graph, "bytes", [1, 50, features], "u8");
    const indices = batchIndices(graph, { count: rows, rows: 50, seed: 5 });
    const batch = add(mul(gather(bytes, indices), 1 / 255), -0.5);
    graph.output("y", matmul(batch, data(graph, "weight", [replicas, features + 1, width]), "ab", true));
    graph.output("dw", matmul(batch, data(graph, "g", [replicas, rows, width]), "atb", true));
    const environment: Environment = new Map([
      ["bytes", Float64Array.from({ length: 50 * features }, (_, i) => (i * 37) % 256)],
      ["weight", numbers(3, [replicas, features + 1, width])],
      ["g", numbers(4, [replicas, rows, width])],
    ]);
    const [key0, key1] = permutationKey(5, 3);
    const step = { start: 2, epoch: 3, key0, key1 };
    expect((await expectReference(graph, environment, { step, tile: smallest })).length).toBe(2);
  }
});
