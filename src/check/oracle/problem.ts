/** A case as a computation that runs on the GPU or the CPU, with its expected results. */
import { ActigradError } from "../../core/errors.ts";
import type { HostArray } from "../../device/layout.ts";
import type { Graph, Node, StepValues } from "../../graph/graph.ts";
import type { CaseGraph } from "./case-graph.ts";
import type { OracleCase } from "./oracle.ts";
import type { Bound, Rules, Subject, Tolerances } from "./tolerance.ts";

export type Values = ArrayLike<number>;

/** What runs graphs: the GPU path (plan and executor) or the CPU path (the float64 interpreter). */
export interface Machine {
  /** Runs a graph of the problem once per row of step scalars. */
  run(graph: string, steps: readonly StepValues[]): Promise<void>;
  /** A named output of a graph after its last run. */
  output(graph: string, name: string): Promise<Values>;
  /** A state's current values. */
  state(name: string): Promise<Values>;
}

/** The expected values of one tensor. */
export interface Expectation {
  /** Its name in the case: "dx", "params.w1". */
  readonly tensor: string;
  /** In float64; rounded to float32 before comparison. */
  readonly want: Values;
  readonly bound: Bound;
  /** Points that are reported but never fail, because float32 need not be right there. */
  readonly advisory?: (index: number) => boolean;
  /** All right values at a point where the reference is only one of several. */
  readonly also?: (index: number) => readonly number[];
}

export interface Problem {
  /** Graphs by name; they share data and states of the same name. */
  readonly graphs: Readonly<Record<string, Graph>>;
  /** Starting values by name; other states start at 0. */
  readonly start: ReadonlyMap<string, HostArray>;
  readonly expected: readonly Expectation[];
  /** Computes every expected tensor, by name, in the oracle's layout. */
  measure(machine: Machine): Promise<ReadonlyMap<string, Values>>;
}

/** Builds a case's problem. @throws Unsupported; ActigradError "format" if the case lacks something */
export type Runner = (oracleCase: OracleCase, tolerances: Tolerances) => Problem;

/** Thrown by a runner for something that the engine does not have; the message is the reason. */
export class Unsupported extends Error {}

/** One output of an op's case. */
export interface Output {
  /** Adds the output's nodes to the graph. Called only if the case lists the output. */
  node(): Node;
  /** Converts its values to the oracle's layout. Default: unchanged. */
  finish?(values: Values): Values;
  readonly rules?: Rules;
  readonly advisory?: (index: number) => boolean;
  readonly also?: (index: number) => readonly number[];
}

/** The problem of an op's case: one run of one graph that computes the outputs listed in the case. */
export function oneRun(
  oracleCase: OracleCase,
  tolerances: Tolerances,
  { graph, start }: CaseGraph,
  section: Subject["section"],
  outputs: Readonly<Record<string, Output>>,
): Problem {
  const subject = { section, id: oracleCase.id, op: oracleCase.text("op") };
  // Gradients may be in a group of their own: "grads.in_proj_weight".
  const names = [...oracleCase.group("out")].flatMap(([name, value]) =>
    value instanceof Map ? [...value.keys()].map((inner) => `${name}.${inner}`) : [name],
  );
  const chosen = names.map((name): [string, Output] => {
    const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
    if (output === undefined) throw new Unsupported(`output "${name}" of ${subject.op}`);
    graph.output(name, output.node());
    return [name, output];
  });
  if (chosen.length === 0) throw new ActigradError("format", `${oracleCase.where}: no outputs to compare`);
  const expected = chosen.map(([tensor, { rules, advisory, also }]): Expectation => {
    const [group, ...rest] = tensor.split(".");
    const want = oracleCase.tensor("out", group!, ...(rest.length > 0 ? [rest.join(".")] : [])).data;
    const bound = tolerances.of(subject, group!, want, rules);
    return { tensor, want, bound, ...(advisory && { advisory }), ...(also && { also }) };
  });
  return {
    graphs: { op: graph },
    start,
    expected,
    async measure(machine) {
      await machine.run("op", [{}]);
      const values = await Promise.all(names.map((name) => machine.output("op", name)));
      return new Map(chosen.map(([name, { finish }], i) => [name, finish?.(values[i]!) ?? values[i]!]));
    },
  };
}
