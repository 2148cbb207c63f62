import { expect, test } from "vitest";
import { type Subject, Tolerances, matchesGlob, oracleTolerances } from "../../src/check/oracle/index.ts";

const none: readonly number[] = [];
const of = (section: Subject["section"], id: string, op: string, tensor: string, want = none): unknown =>
  oracleTolerances().of({ section, id, op }, tensor, want);

test("a case has its own tolerance, by id or else by op", () => {
  expect(of("activations", "elu_0.5", "elu", "y")).toEqual({ atol: 6e-7, rtol: 1e-6 });
  expect(of("activations", "gelu_tanh", "gelu", "dx")).toEqual({ atol: 3e-6, rtol: 3e-6 });
  expect(of("activations", "my relu", "relu", "dx")).toEqual({ atol: 0, rtol: 0 });
});

test("a variant that the table lacks takes the widest of the op's others", () => {
  const text =
    '{"activations": {"elu_1": {"y": {"atol": 1, "rtol": 4}}, "elu_2": {"y": {"atol": 3, "rtol": 2}}}}';
  const table = new Tolerances(text, "own.json");
  expect(table.of({ section: "activations", id: "elu_3", op: "elu" }, "y", none)).toEqual({
    atol: 3,
    rtol: 4,
  });
  expect(of("activations", "leaky_relu_0.3", "leaky_relu", "y")).toEqual({ atol: 0, rtol: 2.4e-7 });
});

test("families, lists of ops and patterns of ids", () => {
  expect(of("shaped", "swiglu_4x6_ax1", "swiglu", "y")).toEqual({ atol: 2e-6, rtol: 2e-6 });
  expect(of("shaped", "softmin_5x7_ax0", "softmin", "dx")).toEqual({ atol: 2e-6, rtol: 5e-6 });
  expect(of("layers", "linear_3x5x7", "linear", "dw", [3, -8])).toEqual({ atol: 8e-5, rtol: 0 });
  expect(of("layers", "layernorm_4x6_1", "layernorm", "y", [2])).toEqual({ atol: 2e-5 + 3e-5 * 2, rtol: 0 });
  expect(of("layers", "layernorm_ill", "layernorm", "y", [2])).toEqual({ atol: 1e-3, rtol: 0 });
  expect(of("losses", "mse_5x3_mean", "mse", "y")).toEqual({ atol: 1e-6, rtol: 1e-5 });
});

test("words mean what the code beside them says", () => {
  const rules = { "atol 2e-5 (float32 PyTorch: <= 1e-6)": () => ({ atol: 2e-5, rtol: 0 }) };
  const subject = { section: "optim", id: "adam", op: "adam" } as const;
  expect(oracleTolerances().of(subject, "loss", none, rules)).toEqual({ atol: 2e-5, rtol: 0 });
  expect(of("optim", "adam", "adam", "lr")).toEqual({ atol: 0, rtol: 1e-6 });
});

test("words that nobody knows, no tolerance, and no table are typed errors", () => {
  const look = (text: string): unknown =>
    new Tolerances(text, "own.json").of({ section: "optim", id: "a", op: "adam" }, "loss", none, {
      close: () => ({ atol: 1, rtol: 1 }),
    });
  const format = (message: RegExp): object =>
    expect.objectContaining({ code: "format", message: expect.stringMatching(message) });
  expect(() => look('{"optim": {"loss": "about right"}}')).toThrow(
    format(/own.json: optim: the rule "about right" is unknown; .*"close"/),
  );
  expect(() => look('{"optim": {"params": {"atol": 1}}}')).toThrow(
    format(/no tolerance for loss of "a" \(adam\)/),
  );
  expect(() => look("{}")).toThrow(format(/no tolerance/));
  expect(() => look('{"optim": {"loss": {"atol": -1}}}')).toThrow(
    format(/atol: expected a number of at least 0/),
  );
  expect(() => look('{"optim": {"loss": {"atol": "1e-5"}}}')).toThrow(format(/atol/));
  expect(() => look("[]")).toThrow(format(/object of tolerances/));
  expect(() => look("{")).toThrow(format(/own.json/));
});

test("a pattern's * stands for anything, and nothing else is special", () => {
  expect(matchesGlob("elu_1.0", "elu_*")).toBe(true);
  expect(matchesGlob("selu", "elu*")).toBe(false);
  expect(matchesGlob("elu_1x0", "elu_1.0")).toBe(false);
  expect(matchesGlob("softmax_3x4x5_ax-1", "*3x4*ax-1")).toBe(true);
});
