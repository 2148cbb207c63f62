import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import { Graph } from "../../src/graph/graph.ts";
import {
  type Layer,
  bilinear,
  crelu,
  gated,
  glu,
  groupedActivations,
  linear,
  logSoftmax,
  maxout,
  mlp,
  parseActivation,
  sequential,
  softmax,
  swiglu,
} from "../../src/nn/index.ts";
import { activations } from "../../src/activations/index.ts";
import { data } from "../../src/graph/ops/source.ts";

const { relu, swish } = activations;

/** Names and shapes of a model's parameters, and the width of its result. */
function weightsOf(...layers: Layer[]) {
  const model = sequential(...layers);
  const graph = new Graph();
  const { output, parameters } = model.build(graph, data(graph, "x", [1, 4, model.inputs]), 1);
  expect(output.shape).toEqual([1, 4, model.outputs]);
  return Object.fromEntries(parameters.flatMap((p) => p.views.map((v) => [v.name, v.shape.join("x")])));
}

describe("a layer that sizes its linear map by itself", () => {
  test("two units a feature for a gated one, k for a maxout of k, half a one for a crelu", () => {
    expect(weightsOf(swiglu(6, 8), linear(8, 3))).toMatchObject({
      "0.weight": "16x6",
      "0.bias": "16",
      "1.weight": "3x8",
    });
    expect(weightsOf(maxout(6, 8, { pieces: 3 }))).toMatchObject({ "0.weight": "24x6" });
    expect(weightsOf(maxout(6, 8))).toMatchObject({ "0.weight": "16x6" });
    expect(weightsOf(crelu(6, 8))).toMatchObject({ "0.weight": "4x6" });
  });

  test("says its sizes, and takes the init of a linear layer", () => {
    expect(swiglu(6, 8).title).toBe("swiglu(6, 8)");
    const layer = glu(2, 1, { init: (_seed, _name, fan, count) => new Float32Array(count).fill(fan.out) });
    const graph = new Graph();
    const { parameters } = sequential(layer).build(graph, data(graph, "x", [1, 1, 2]), 1);
    expect([...parameters[0]!.init(1)]).toEqual([2, 2, 2, 2, 0, 0]);
  });
});

describe("alone it works on the units that are there", () => {
  test("and the widths after it follow", () => {
    const names = Object.keys(
      weightsOf(linear(6, 8), glu(), linear(4, 9), maxout({ pieces: 3 }), crelu(), linear(6, 2)),
    );
    expect(names).toEqual(["0.weight", "0.bias", "2.weight", "2.bias", "5.weight", "5.bias"]);
    const { inputs, outputs } = sequential(glu(), linear(5, 6), crelu());
    expect([inputs, outputs]).toEqual([10, 12]);
  });

  test("any activation may be the gate, with its own learned parameters", () => {
    const layer = gated(swish({ beta: 1.5, learn: true, perChannel: true }), { gate: "first" });
    expect(layer.title).toBe("gated(swish(beta=1.5, learned beta, one per channel), gate=first)");
    expect(weightsOf(linear(6, 8), layer)).toMatchObject({ "1.beta": "4" });
  });
});

describe("as text", () => {
  test("every grouped activation by its name, in a network whose layers have the widths asked for", () => {
    for (const name of Object.keys(groupedActivations)) {
      const model = mlp({ inputs: 5, hidden: [8, 6], outputs: 3, activations: [name] });
      const graph = new Graph();
      const { layers } = model.build(graph, data(graph, "x", [1, 4, 5]), 1);
      expect(layers.filter((_, i) => i % 2 === 1).map((l) => l.output.shape.at(-1))).toEqual([8, 6]);
    }
  });

  test("with options", () => {
    const title = (text: string): string => parseActivation(text).title;
    expect(title("maxout:pieces=3")).toBe("maxout(pieces=3)");
    expect(title("maxout: grouping=strided, ties=even")).toBe("maxout(grouping=strided, ties=even)");
    expect(title("swiglu:gate=first")).toBe("swiglu(gate=first)");
    expect(title("softmax:axis=1")).toBe("softmax(axis=1)");
    expect(title("geglu_tanh")).toBe("geglu_tanh");
  });
});

describe("what does not fit is a typed error", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["option", () => maxout({ pieces: 1 }), /pieces must be a whole number of at least 2, got 1/],
    ["option", () => parseActivation("maxout:pieces=1"), /got "1"/],
    [
      "option",
      () => parseActivation("maxout:pieces"),
      /pieces: expected a whole number of at least 2, got nothing/,
    ],
    ["option", () => parseActivation("maxout:peices=3"), /option of maxout "peices"; did you mean "pieces"/],
    ["option", () => parseActivation("swigul"), /did you mean "swiglu"/],
    ["option", () => glu({ gate: "third" as "first" }), /gate must be first or second, got "third"/],
    [
      "option",
      () => parseActivation("glu:gate=third"),
      /glu: gate: expected one of first, second, got "third"/,
    ],
    ["option", () => gated(relu({ learn: true })), /relu: no parameter is learned/],
    ["shape", () => softmax({ axis: 2 }), /softmax: axis 2 does not exist/],
    [
      "option",
      () => parseActivation("softmin:axis=x"),
      /softmin: axis: expected one of 0, 1, -1, -2, got "x"/,
    ],
    ["shape", () => logSoftmax({ axis: -3 }), /axis -3/],
    [
      "shape",
      () => sequential(linear(4, 7), glu()),
      /glu: 7 units do not make a whole number of features.*multiple of 2/,
    ],
    ["shape", () => sequential(linear(4, 7), maxout({ pieces: 3 })), /maxout\(pieces=3\): 7 units/],
    ["shape", () => crelu(4, 7), /crelu: no whole number of units makes 7 features.*multiple of 2/],
    ["shape", () => mlp({ inputs: 3, hidden: [5], outputs: 2, activations: ["crelu"] }), /makes 5 features/],
    [
      "shape",
      () => sequential(linear(4, 8), bilinear(), linear(8, 2)),
      /bilinear is followed by linear\(8, 2\); it outputs 4 features/,
    ],
    ["shape", () => swiglu(4, 2.5), /linear|units|features/],
    ["option", () => swiglu(0, 4), /inputs must be a whole number of at least 1/],
  ])("%s, case %#", (code, build, message) => {
    let error: unknown;
    try {
      build();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ActigradError);
    expect([(error as ActigradError).code, (error as ActigradError).message]).toEqual([
      code,
      expect.stringMatching(message),
    ]);
  });
});
