import { expect, test } from "vitest";
import { Graph, concat, embedding, linear, relu, sequential } from "../../src/index.ts";
import { scatter, toIndex } from "../../src/graph/ops/embedding.ts";
import { data } from "../../src/graph/ops/source.ts";
import { interpret } from "../../src/check/float64/interpret.ts";

test("an embedding knows how many numbers a sample has, its table's name, and that its padding starts at 0", () => {
  const model = sequential(embedding(11, 49, { paddingIdx: 2 }), linear(7 * 49, 4));
  expect([model.inputs, model.outputs]).toEqual([7, 4]);
  const graph = new Graph();
  const { parameters, layers } = model.build(graph, data(graph, "x", [1, 3, 7]), 2);
  expect(layers[0]!.output.shape).toEqual([2, 3, 343]);
  expect(parameters[0]!.views).toMatchObject([{ name: "0.weight", shape: [11, 49] }]);
  const table = parameters[0]!.init(5);
  expect(table.subarray(98, 147).every((v) => v === 0)).toBe(true);
  const variance = table.reduce((sum, v) => sum + v * v, 0) / (10 * 49);
  expect(Math.abs(variance - 1)).toBeLessThan(0.15);
});

test.each([
  [() => embedding(0, 3), "embedding: num must be a whole number of at least 1, got 0"],
  [() => embedding(3, 1.5), "embedding: dim must be a whole number"],
  [() => embedding(2 ** 24 + 1, 1), "at most 16777216 rows"],
  [() => embedding(5, 2, { paddingIdx: 5 }), "paddingIdx must be a row below 5, got 5"],
  [
    () => {
      const graph = new Graph();
      const model = sequential(linear(4, 4), relu, concat([embedding(3, 2)], []), linear(12, 2));
      model.build(graph, data(graph, "x", [1, 2, 4]), 2);
    },
    "layer 2.0.0: embedding(3, 2) got f32[2,2,4]",
  ],
])("what is no embedding is refused: %#", (make, message) => {
  expect(make).toThrow(message);
});

test("the sums of what comes back go by the places in order; a padding's row gets nothing", () => {
  const graph = new Graph();
  const places = toIndex(data(graph, "x", [1, 5, 1]));
  const g = data(graph, "g", [1, 5, 2]);
  graph.output("sums", scatter(g, places, { rows: 4, except: 3 }));
  const value = interpret(
    graph,
    new Map([
      ["x", Float64Array.of(2, 0, 2, 3, 2)],
      ["g", Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)],
    ]),
  );
  expect([...value(graph.outputs.get("sums")!).data]).toEqual([3, 4, 0, 0, 15, 18, 0, 0]);
});
