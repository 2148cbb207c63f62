import { ActigradError } from "../../core/errors.ts";
import type { Node } from "../../graph/graph.ts";
import { type StoredType, slots } from "../../core/shape.ts";
import type { WgslFunction } from "../../core/wgsl.ts";
import type { Packing } from "../../graph/kernel-spec.ts";
import { FunctionTable, type Link } from "./functions.ts";
import { isWritten } from "./kernel.ts";
import type { Scope } from "./scope.ts";
import { type Template, type TemplateValues, expandTemplate } from "./template.ts";
import type { StepLayout } from "../steps.ts";

/** The types of one lane of work; `prelude.wgsl` and the activations use them. */
export const laneTypes = {
  vector: "alias T = vec4f;\nalias U = vec4u;\nalias I = vec4i;\nalias B = vec4<bool>;",
  scalar: "alias T = f32;\nalias U = u32;\nalias I = i32;\nalias B = bool;",
} as const;

/** A kernel file, its expansion, and whether it exchanges values within quads. */
export interface KernelText extends Template {
  readonly values: TemplateValues;
  readonly quads?: boolean;
  /**
   * Declares arrays with their lengths, so that a pipeline serves one shape only. A software adapter keeps every access within
   * its array, and computes a length that it does not know by divisions, in a loop for each access.
   */
  readonly sized?: boolean;
}

/** A kernel's text, and its number of workgroups. */
export interface Rendered extends KernelText {
  readonly workgroups: number | readonly [number, number];
  readonly variant?: string;
}

const slotType = { f32: "vec4f", u32: "vec4u", u8: "u32" } as const;

/** Tensors stored in another format than they are computed in: which format, and how to convert. */
export type PackedTensors = ReadonlyMap<Node, StoredType & { readonly packing: Packing }>;

/** Collects what a kernel needs while its text is built, and joins it into a module. */
export class ModuleBuilder implements Scope {
  readonly bindings: { reads: Node | null; writes: Node | null; marks?: true }[] = [];
  readonly #dims: [string, number][] = [];
  readonly #functions = new FunctionTable();
  readonly #names = new Map<string, string>();
  readonly #declared = new Map<string, { name: string; type: string }>();
  readonly #layout: StepLayout;
  readonly #packed: PackedTensors;
  #usesStep = false;

  constructor(layout: StepLayout, packed: PackedTensors) {
    this.#layout = layout;
    this.#packed = packed;
  }

  read(node: Node): string {
    let index = this.bindings.findIndex((b) => b.reads === node);
    if (index < 0) index = this.bindings.push({ reads: node, writes: null }) - 1;
    return `b${index}`;
  }

  /** An assign writes to the buffer of the state that it replaces, bound once if the kernel reads it too. */
  write(node: Node): string {
    const replaced = node.op.kernel.kind === "assign" ? node.inputs[0]! : undefined;
    let index = replaced === undefined ? -1 : this.bindings.findIndex((b) => b.reads === replaced);
    if (index < 0) index = this.bindings.push({ reads: null, writes: node }) - 1;
    else this.bindings[index]!.writes = node;
    return `b${index}`;
  }

  /** A state that this kernel has just replaced is bound already. */
  mark(node: Node): string {
    const replaced = this.bindings.findIndex((b) => b.writes === node);
    if (replaced >= 0) return `b${replaced}`;
    const variable = this.read(node);
    this.bindings[Number(variable.slice(1))]!.marks = true;
    return variable;
  }

  /** Declares a buffer variable under another name, as an array of this type. */
  rename(variable: string, name: string, type: string): void {
    this.#declared.set(variable, { name, type });
  }

  /** Kept out of the text, so that shapes share pipelines. */
  dim(name: string, value: number): string {
    const known = this.#dims.find(([n]) => n === name);
    if (known === undefined) this.#dims.push([name, value]);
    else if (known[1] !== value)
      throw new ActigradError("kernel", `the dim ${name} is ${known[1]} already, not ${value}`);
    return `D.${name}`;
  }

  /** A dim for each of these, in this order. */
  declare(dims: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(dims)) this.dim(name, value);
  }

  nameOf(key: string): string {
    if (!this.#names.has(key)) this.#names.set(key, `k${this.#names.size}`);
    return this.#names.get(key)!;
  }

  /** One per replica is selected by z. */
  step(name: string): string {
    this.#usesStep = true;
    const scalar = this.#layout.scalars.find((s) => s.name === name);
    if (scalar === undefined)
      throw new ActigradError("kernel", `the step scalar "${name}" is not among its op's steps`);
    const word = scalar.offset >> 2;
    return scalar.count === 1 ? `S[${word}][${scalar.offset & 3}]` : `S[${word}u + (z >> 2u)][z & 3u]`;
  }

  define(functions: readonly WgslFunction[]): Link {
    return this.#functions.add(functions);
  }

  /** Defines a function that the kernel's file calls by this name. */
  provide(fn: WgslFunction): void {
    this.#functions.addNamed(fn);
  }

  /** Whether a scalar of the step is read. */
  get usesStep(): boolean {
    return this.#usesStep;
  }

  get dims(): number[] {
    return this.#dims.map(([, value]) => value);
  }

  /** The whole module: types, dims, bindings, functions, then the expanded kernel file. */
  text({ values, quads, sized, ...template }: KernelText): string {
    const kernel = expandTemplate(template, values);
    let body = [...this.#functions.reached(kernel), kernel].join("\n\n");
    const buffers = this.bindings.map((binding, i) => {
      const tensor = (binding.writes ?? binding.reads)!;
      const packing = this.#packed.get(tensor)?.packing;
      body = packing?.applyTo(body, `b${i}`) ?? body;
      const access = isWritten(binding) ? "read_write" : "read";
      const own = { name: `b${i}`, type: packing?.slot ?? slotType[tensor.dtype] };
      const { name, type } = this.#declared.get(`b${i}`) ?? own;
      return `@group(0) @binding(${i + 2}) var<storage, ${access}> ${name}: array<${type}${sized ? `, ${slots(tensor.shape)}` : ""}>;`;
    });
    // Whole quads leave a kernel together, which WGSL's analysis does not see.
    const enable = ["enable subgroups;", "diagnostic(off, subgroup_uniformity);"];
    return [
      ...(quads ? enable : []),
      laneTypes.vector,
      `struct Dims { ${this.#dims.map(([name]) => `${name}: u32`).join(", ")} }`,
      "@group(0) @binding(0) var<uniform> D: Dims;",
      ...(this.#usesStep
        ? [`@group(0) @binding(1) var<uniform> S: array<vec4u, ${this.#layout.rowBytes / 16}>;`]
        : []),
      ...buffers,
      "",
      body,
    ].join("\n");
  }
}
