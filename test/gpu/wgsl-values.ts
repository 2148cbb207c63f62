/** Evaluates WGSL functions of the prelude's lane types over an array of floats. */
import prelude from "../../shaders/prelude.wgsl?raw";
import angles from "../../shaders/angles.wgsl?raw";
import special from "../../shaders/special.wgsl?raw";
import { wgsl } from "../../src/testing/index.ts";

/** A function of one variable: an expression, or a body that ends in `return ...;`. */
export interface Form {
  readonly text: string;
  /** The variable's name. */
  readonly over: "x" | "y";
  /** Index of an earlier form whose value the variable takes; by default the variable is the input. */
  readonly of?: number;
  /** Values for the other names in the text. */
  readonly params?: Readonly<Record<string, number>>;
}

export type Lane = "f32" | "vec4f";

const aliases: Readonly<Record<Lane, string>> = {
  f32: "alias T = f32; alias U = u32; alias I = i32; alias B = bool;",
  vec4f: "alias T = vec4f; alias U = vec4u; alias I = vec4i; alias B = vec4<bool>;",
};

/** Threads per row of workgroups, 64 each. */
const rowThreads = 64 * 16384;

function moduleText(lane: Lane, forms: readonly Form[], slots: number): string {
  const functions = forms.map(({ text, over, params = {} }, i) => {
    const body = /\breturn\b/.test(text) ? text : `return ${text};`;
    const parameters = [over, ...Object.keys(params)].map((name) => `${name}: T`);
    return `fn form${i}(${parameters.join(", ")}) -> T { ${body} }`;
  });
  const calls = forms.map(({ of, params = {} }, i) => {
    const values = Object.values(params).map((value) => `T(${Math.fround(value)}f)`);
    const call = `form${i}(${[of === undefined ? "x" : `v${of}`, ...values].join(", ")})`;
    return `let v${i} = ${call}; results[${i * slots}u + i] = v${i};`;
  });
  return `${aliases[lane]}
    ${prelude}
    ${special}
    ${angles}
    ${functions.join("\n")}
    @group(0) @binding(0) var<storage, read> xs: array<T>;
    @group(0) @binding(1) var<storage, read_write> results: array<T>;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      let i = id.y * ${rowThreads}u + id.x;
      if (i >= ${slots}u) { return; }
      let x = xs[i];
      ${calls.join("\n")}
    }`;
}

/**
 * The values of each form at each x, in one dispatch.
 * @param xs a multiple of 4 many
 */
export async function evaluate(
  lane: Lane,
  forms: readonly Form[],
  xs: Float32Array<ArrayBuffer>,
): Promise<Float32Array[]> {
  const slots = lane === "vec4f" ? xs.length / 4 : xs.length;
  const kernel = await wgsl(moduleText(lane, forms, slots)).kernel("main");
  const workgroups = [Math.min(Math.ceil(slots / 64), 16384), Math.ceil(slots / rowThreads)] as const;
  const { results } = await kernel({ xs, results: new Float32Array(xs.length * forms.length) }, workgroups);
  return forms.map((_, i) => results.subarray(i * xs.length, (i + 1) * xs.length));
}

/** About n floats of either sign up to `limit`: evenly spaced (off any round grid), and 64 per octave below 1. */
export function denseGrid(limit: number, n: number): Float32Array<ArrayBuffer> {
  const xs: number[] = [];
  for (let i = 0; i < n; i++) xs.push(limit * (((i + 0.5 + 0.3 * Math.sin(i)) / n) * 2 - 1));
  for (let i = -126 * 64; i < 0; i++) xs.push(2 ** (i / 64), -(2 ** (i / 64)));
  while (xs.length % 4 !== 0) xs.push(0.5);
  return Float32Array.from(xs);
}

/** Floats over all exponents, denormals included, 16 per octave, of either sign, with 0 and the largest. */
export function everyExponent(): Float32Array<ArrayBuffer> {
  const xs = [0, -0, 3.4028234663852886e38, -3.4028234663852886e38];
  for (let e = -149; e <= 127; e++) {
    for (let j = 0; j < 16; j++) xs.push(2 ** e * (1 + j / 16), -(2 ** e) * (1 + j / 16));
  }
  return Float32Array.from(xs);
}
