/** Shared by training cases: the data, and a network's parameters under the oracle's names. */
import { permutation } from "../../core/random.ts";
import { elements } from "../../core/shape.ts";
import { ActigradError } from "../../core/errors.ts";
import { type ClassDataset, sampleSize } from "../../data/dataset.ts";
import type { Parameter, ParameterView } from "../../nn/layer.ts";
import { floats } from "./case-graph.ts";
import type { Entry, OracleTensor } from "./oracle.ts";
import type { Values } from "./problem.ts";

/** The points and classes shared by all cases of a file. */
export function dataset(index: Entry, classes: number): ClassDataset {
  const [x, target] = [index.tensor("shared", "x"), index.tensor("shared", "target")];
  expectBelow("target", target, classes);
  const rows = target.data.length;
  const labels = Uint32Array.from(target.data);
  return { kind: "classes", name: "oracle", rows, shape: x.shape.slice(1), x: floats(x), labels, classes };
}

/** All batches [steps, batch] as one epoch, its rows placed so that shuffling draws the batches as listed. */
export function inBatches(
  whole: ClassDataset,
  batches: OracleTensor,
  { steps, seed }: { steps: number; seed: number },
): ClassDataset {
  expectBelow("minibatchIndices", batches, whole.rows);
  const rows = batches.data.length;
  if (batches.shape.length !== 2 || batches.shape[0] !== steps) {
    throw new ActigradError(
      "format",
      `minibatchIndices: expected [${steps}, batch], got [${batches.shape.join(",")}]`,
    );
  }
  const width = sampleSize(whole);
  const [x, labels] = [new Float32Array(rows * width), new Uint32Array(rows)];
  for (const [i, place] of permutation(rows, seed, 0).entries()) {
    const row = batches.data[i]!;
    x.set(whole.x.subarray(row * width, (row + 1) * width), place * width);
    labels[place] = whole.labels[row]!;
  }
  return { ...whole, rows, x, labels };
}

function expectBelow(name: string, { data }: OracleTensor, limit: number): void {
  const wrong = data.find((value) => !(Number.isSafeInteger(value) && value >= 0 && value < limit));
  if (wrong !== undefined)
    throw new ActigradError(
      "format",
      `${name}: expected whole numbers from 0 to below ${limit}, got ${wrong}`,
    );
}

export interface NamedView {
  /** w1, b1, a1, w2, ... */
  readonly name: string;
  readonly parameter: Parameter;
  readonly view: ParameterView;
}

/**
 * The parameters under the oracle's names: a letter for weight, bias or slope, and a running number. With `learnedName`, which
 * gives the name of an activation's parameter, those of activations are called `act1.NAME`.
 */
export function namedViews(
  parameters: readonly Parameter[],
  learnedName?: (param: string) => string,
): NamedView[] {
  const seen = new Map<string, number>();
  const layers: string[] = [];
  return parameters.flatMap((parameter): NamedView[] => {
    if (learnedName !== undefined && parameter.views[0]?.kind === "activation")
      return learnedViews(parameter, layers, learnedName);
    return parameter.views.map((view) => {
      const letter = view.shape.length === 2 ? "w" : view.name.endsWith(".bias") ? "b" : "a";
      const count = (seen.get(letter) ?? 0) + 1;
      seen.set(letter, count);
      return { name: `${letter}${count}`, parameter, view };
    });
  });
}

/** An activation's learned parameters under the oracle's names. Several of ours may form one tensor of the oracle. */
function learnedViews(
  parameter: Parameter,
  layers: string[],
  nameOf: (param: string) => string,
): NamedView[] {
  const groups = new Map<string, ParameterView[]>();
  for (const view of parameter.views) {
    const [layer, ...param] = view.name.split(".");
    if (!layers.includes(layer!)) layers.push(layer!);
    const name = `act${layers.indexOf(layer!) + 1}.${nameOf(param.join("."))}`;
    groups.set(name, [...(groups.get(name) ?? []), view]);
  }
  return [...groups].map(([name, views]) => {
    const each = elements(views[0]!.shape);
    const index = (i: number): number => views[Math.floor(i / each)]!.index(i % each);
    return { name, parameter, view: { name, shape: [views.length * each], index } };
  });
}

export const valuesOf = ({ view }: NamedView, all: Values): Float32Array =>
  Float32Array.from({ length: elements(view.shape) }, (_, i) => all[view.index(i)]!);
