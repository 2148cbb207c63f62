import { expect, test } from "vitest";
import { gelu } from "../../src/activations/index.ts";
import { Pool } from "../../src/activations/formula/expr.ts";
import { formula } from "../../src/activations/formula/index.ts";
import { Draws } from "../../src/app/search/draws.ts";
import { breed } from "../../src/app/search/breed.ts";
import { type MatchResult, match } from "../../src/app/search/match.ts";
import {
  crossed,
  mutated,
  nodesOf,
  ofActivations,
  randomFormula,
  textOf,
  tidy,
  treeOf,
} from "../../src/app/search/tree.ts";
import { Known, catalogueName, look, recordOf } from "../../src/app/search/values.ts";

const draws = (what: string) => new Draws(7, what);

/** Formulas as the search makes them. */
function someFormulas(count: number): string[] {
  const found: string[] = [];
  for (let i = 0; found.length < count; i++) {
    const text = randomFormula(ofActivations, draws(`random ${i}`));
    if (text === undefined) continue;
    found.push(text);
    const [a, b] = [treeOf(text), treeOf(found[Math.floor(found.length / 2)]!)];
    for (const more of [
      mutated(ofActivations, a, draws(`m ${i}`)),
      crossed(ofActivations, a, b, draws(`c ${i}`)),
    ])
      if (more !== undefined) found.push(more);
  }
  return found;
}

test("a tree's text parses back to the same tree, within the limits of its space", () => {
  for (const text of someFormulas(300)) {
    const tree = treeOf(text);
    expect(textOf(tree)).toBe(text);
    expect(textOf(treeOf(textOf(tree)))).toBe(text);
    expect(nodesOf(tree.root).length).toBeLessThanOrEqual(ofActivations.nodes + 6); // a minus is a node of text
  }
});

test("simplifying changes no value", () => {
  for (const text of [
    "0.5 * x * (1 + erf(x / sqrt2))",
    "x * sigmoid(beta * x); beta = 1 learned",
    "x^2 - -x / 3",
  ]) {
    const { root, learned } = treeOf(text);
    const before = look(text);
    const after = look(textOf(tidy(new Pool(), root, learned)));
    if (typeof before === "string" || typeof after === "string") throw new Error(`${text} was refused`);
    for (const [k, values] of before.outline.entries())
      for (const [i, value] of values.entries())
        expect(Math.abs(after.outline[k]![i]! - value)).toBeLessThanOrEqual(1e-4 * (1 + Math.abs(value)));
  }
});

const outlineOf = (text: string) => {
  const looked = look(text);
  if (typeof looked === "string") throw new Error(`${text} is refused: ${looked}`);
  return looked.outline;
};

test("formulas that nobody needs are refused, with the reason", () => {
  expect(look("exp(x)")).toBe("not finite");
  expect(look("log1p(x)")).toBe("not finite");
  expect(look("1 / x")).toBe("not finite");
  expect(look("x +")).toBe("formula");
  expect(recordOf("x * sin(x) / x")).toBe("formula"); // 0/0
  expect(recordOf("abs(x)^0.5")).toBe("not finite"); // its slope at 0
  expect(look("x - x + 2")).toBe("constant");
  expect(look("sin(x)^2 + cos(x)^2")).toBe("constant");
  expect(look("relu(x) - relu(-x)")).toBe("linear");
  expect(look("2 * (x + 1) - x")).toBe("linear");
});

test("equal functions are known by their values, mirrored ones where that makes no difference", () => {
  const known = new Known(true);
  expect(known.add(outlineOf("x * sigmoid(x)"))).toBe(true);
  for (const same of ["silu(x)", "x / (1 + exp(-x))", "-silu(x)", "silu(-x)", "x - x * sigmoid(-x)"])
    expect(known.add(outlineOf(same)), same).toBe(false);
  for (const other of ["x * sigmoid(1.01 * x)", "silu(x) + 0.01", "x * sigmoid(beta * x); beta = 1 learned"])
    expect(known.add(outlineOf(other)), other).toBe(true);
  // Two learned functions that are the same only where they start are two.
  expect(known.add(outlineOf("beta * x * sigmoid(x); beta = 1 learned"))).toBe(true);
  const plain = new Known(false);
  plain.add(outlineOf("silu(x)"));
  expect(plain.add(outlineOf("silu(-x)"))).toBe(true);
});

test("an activation of the catalogue is called by its name", () => {
  const nameOf = (text: string) => {
    const looked = look(text);
    return typeof looked === "string" ? undefined : catalogueName(looked);
  };
  expect(nameOf("max(x, 0)")).toBe("relu");
  expect(nameOf("x * (1 + erf(x / sqrt2)) / 2")).toBe("gelu");
  expect(nameOf("x * tanh(softplus(x))")).toBe("mish");
  expect(nameOf("x * tanh(x + 1)")).toBeUndefined();
});

test("a generation depends on the seed alone, and holds nothing twice", () => {
  const make = (seed: number) => {
    const known = new Known(true);
    const first = breed(ofActivations, known, [], { seed, generation: 1, count: 20 });
    const parents = first.map((child, i) => ({ ...child, badness: i }));
    return [...first, ...breed(ofActivations, known, parents, { seed, generation: 2, count: 20 })];
  };
  const texts = make(3).map((child) => child.formula);
  expect(texts.length).toBeGreaterThan(36);
  expect(make(3).map((child) => child.formula)).toEqual(texts);
  expect(make(4).map((child) => child.formula)).not.toEqual(texts);
  const again = new Known(true);
  for (const { formula: text, looked } of make(3)) expect(again.add(looked.outline), text).toBe(true);
});

test("planted: gelu is met within 1e-2 on [-4, 4] without gelu", async () => {
  const plan = { target: gelu, range: [-4, 4], seed: 0, rounds: 8, within: 1e-2 } as const;
  let first: MatchResult | undefined;
  const found = await match({ ...plan, onRound: async (best) => ((first ??= best), false) });
  expect(found.formula).not.toMatch(/gelu/);
  expect(found.largest).toBeLessThan(1e-2);
  const record = formula(found.formula);
  // Checked at other points than those of the search.
  for (let x = -4; x <= 4; x += 0.0137)
    expect(Math.abs(record.f(x, {}) - gelu.f(x, {}))).toBeLessThan(1.1e-2);
  // The same seed again, up to one round of that search.
  expect(await match({ ...plan, rounds: 1 })).toEqual(first);
});
