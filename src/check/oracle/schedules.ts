/** Learning-rate schedules: in training cases, and as tables of learning rates. */
import { ActigradError } from "../../core/errors.ts";
import { Graph } from "../../graph/graph.ts";
import * as optim from "../../optim/index.ts";
import type { Schedule } from "../../optim/index.ts";
import { record } from "../../graph/ops/assign.ts";
import { state, stepScalar } from "../../graph/ops/source.ts";
import type { OracleCase } from "./oracle.ts";
import { type Problem, type Runner, Unsupported, type Values } from "./problem.ts";

/** The schedules by the oracle's names; the options have the same names. */
const makers: Readonly<Record<string, (options: never) => Schedule>> = {
  step: optim.stepDecay,
  multistep: optim.multiStep,
  exponential: optim.exponential,
  cosine: optim.cosine,
  cosineRestarts: optim.cosineRestarts,
  linear: optim.linearRamp,
  onecycle: optim.oneCycle,
};

/** Schedules that the oracle states as formulas of the step. */
const formulas: Readonly<Record<string, () => Schedule>> = {
  "t<5 ? (t+1)/5 : 0.5*(1+cos(pi*(t-5)/20))": () => optim.warmup(5, optim.cosine({ tMax: 20 })),
  "(1-t/25)^2": () => optim.polynomial({ totalIters: 25, power: 2 }),
};

/** The schedule of a case. @throws Unsupported if the engine does not have it */
export function chooseSchedule(oracleCase: OracleCase): Schedule {
  const kind = oracleCase.text("schedule", "kind");
  if (kind === "lambda") {
    const formula = oracleCase.text("schedule", "formula");
    if (Object.hasOwn(formulas, formula)) return formulas[formula]!();
    throw new Unsupported(`the schedule ${formula}`);
  }
  if (!Object.hasOwn(makers, kind)) throw new Unsupported(`the schedule ${kind}`);
  const { kind: _, ...options } = Object.fromEntries(oracleCase.group("schedule"));
  return makers[kind]!(options as never);
}

/** Learning rates of all steps, and momenta if the schedule changes them. */
export function rates(oracleCase: OracleCase, schedule: Schedule | undefined): ReadonlyMap<string, Values> {
  const listed = oracleCase.has("out", "lr") ? oracleCase.tensor("out", "lr").data.length : 0;
  const base = oracleCase.has("baseLr") ? oracleCase.number("baseLr") : oracleCase.number("hyper", "lr");
  const each = (f: (step: number) => number): Values => Array.from({ length: listed }, (_, step) => f(step));
  const momentum = oracleCase.get("hyper", "momentum") ?? 0;
  if (typeof momentum !== "number") throw new ActigradError("format", `${oracleCase.where}: momentum`);
  return new Map([
    ["lr", each((step) => schedule?.lr(base, step, 0) ?? base)],
    ["momentum", each((step) => schedule?.momentum?.(momentum, step) ?? momentum)],
  ]);
}

/** Checks a table of learning rates: each passes through the step table to a row of a ring buffer, as in training. */
export const rateTable: Runner = (oracleCase, tolerances) => {
  const computed = rates(oracleCase, chooseSchedule(oracleCase));
  const names = [...oracleCase.group("out").keys()];
  const graph = new Graph();
  const expected = names.map((name): Problem["expected"][number] => {
    const want = oracleCase.tensor("out", name).data;
    if (!computed.has(name)) throw new Unsupported(`output "${name}" of a table of learning rates`);
    record(state(graph, `ring.${name}`, [want.length, 1, 1]), stepScalar(graph, name), "slot");
    const subject = { section: "optim", id: oracleCase.id, op: "lr table" } as const;
    return { tensor: name, want, bound: tolerances.of(subject, "lr", want) };
  });
  return {
    graphs: { table: graph },
    start: new Map(),
    expected,
    async measure(machine) {
      const row = (slot: number): Record<string, number> =>
        Object.fromEntries([
          ["slot", slot],
          ...names.map((name) => [name, computed.get(name)![slot]!] as const),
        ]);
      await machine.run(
        "table",
        Array.from({ length: Math.max(...expected.map(({ want }) => want.length)) }, (_, i) => row(i)),
      );
      const values = await Promise.all(names.map((name) => machine.state(`ring.${name}`)));
      return new Map(names.map((name, i) => [name, values[i]!]));
    },
  };
};
