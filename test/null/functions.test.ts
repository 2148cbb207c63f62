import { describe, expect, test } from "vitest";
import { makePlan } from "../../src/compile/make-plan.ts";
import { FunctionTable } from "../../src/compile/kernels/functions.ts";
import { refusal } from "../support/errors.ts";
import { paperTarget } from "../support/networks.ts";
import { sameNames } from "../support/same-names.ts";

const fn = (name: string, value: string) => ({ name, text: `fn ${name}() -> T { return ${value}; }` });

describe("the functions of a module", () => {
  test("different ones of one name keep both, equal ones are one", () => {
    const table = new FunctionTable();
    const links = ["T(1.0)", "T(2.0)", "T(1.0)", "T(2.0)", "T(3.0)"].map((v) => table.add([fn("f", v)]));
    const text = links.map((link) => link("f()")).join(" + ");
    expect(text).toBe("f() + f_2() + f() + f_2() + f_3()");
    expect(table.reached(text)).toEqual([
      "fn f() -> T { return T(1.0); }",
      "fn f_2() -> T { return T(2.0); }",
      "fn f_3() -> T { return T(3.0); }",
    ]);
  });

  test("who calls a function of a new name is a function of its own", () => {
    const table = new FunctionTable();
    table.add([fn("outer", "inner()"), fn("inner", "T(1.0)")]);
    const link = table.add([fn("outer", "inner()"), fn("inner", "T(2.0)")]);
    expect(link("outer()")).toBe("outer_2()");
    expect(table.reached(link("outer()")).join(" ")).toBe(
      "fn inner_2() -> T { return T(2.0); } fn outer_2() -> T { return inner_2(); }",
    );
  });

  test("the prelude's stay as they are", () => {
    const table = new FunctionTable();
    const link = table.add([fn("exp_", "T(1.0)")]);
    expect(link("exp_()")).toBe("exp__2()");
    expect(table.reached("exp_(x)").join()).not.toContain("return T(1.0)");
  });

  test("what a kernel's file calls by name cannot be taken", () => {
    const table = new FunctionTable();
    table.add([fn("label_", "T(1.0)")]);
    expect(refusal(() => table.addNamed(fn("label_", "T(2.0)")))).toMatch(
      /^kernel: the WGSL function label_ of a kernel is defined twice/,
    );
  });
});

test("records of one name and different functions are not confused, in a graph or a module", () => {
  const graph = sameNames();
  expect(graph.live().filter((n) => n.op.name === "activation").length).toBe(6);
  const { dispatches } = makePlan(graph, { ...paperTarget, fuse: true });
  const forward = dispatches.map(({ kernel }) => kernel.wgsl).find((code) => code.includes("act_relu_2("))!;
  for (const called of ["act_relu(", "act_scaling(", "act_scaling_2(", "scaled__2(", "exp__2(", "exp__3("])
    expect(forward).toContain(`fn ${called}`);
});
