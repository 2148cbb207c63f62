/** The cases of the comparison: their inputs, and float64 results. */
import { alongRows } from "./options.ts";
import { normal, permutation, uniform } from "../../src/core/random.ts";
import { findActivation, resolveParams } from "../../src/index.ts";
import { inputs } from "../activations/exactness.ts";
import { DATA_SEED } from "./actigrad.ts";
import type { ActivationTask, ConvTask, ConvValues, LayerValues, MatmulTask, TrainingTask } from "./peer.ts";
import type { ConvSpec, MatmulSpec, TrainingSpec } from "./result.ts";

/** Columns of an activation's tensor; a softmax spans a row of them. */
const COLUMNS = 1024;
/** Number of results compared with float64, spread over the tensor. */
const CHECKED = 4096;

export const learningRates = { sgd: 0.01, momentum: 0.01, adam: 0.001 } as const;

export function activationTask(name: string, elements: number, backward: boolean): ActivationTask {
  const { x, gy } = inputs(elements);
  const shape = [elements / COLUMNS, COLUMNS] as const;
  return { name, shape, x, ...(backward ? { gy } : {}) };
}

/** Values that are rare in training but break formulas first, with both signs. */
const EDGES = [
  0, 1e-30, 1e-8, 1e-3, 5, 10, 17, 20, 30, 44, 60, 87, 88, 89, 90, 100, 200, 1e3, 1e4, 1e8,
].flatMap((x) => [x, -x]);

/** x at the edges and gy = 1, repeated to a tensor large enough that no peer computes it on the CPU. */
export function edgeTask(name: string): ActivationTask {
  const x = Float32Array.from({ length: 8 * COLUMNS }, (_, i) => EDGES[i % EDGES.length]!);
  return { name, shape: [8, COLUMNS], x, gy: new Float32Array(x.length).fill(1) };
}

/** An element of a result and its right value. */
export interface Expected {
  readonly index: number;
  readonly want: number;
}

/** Right values of y and dx at elements spread over the tensor, including the last. */
export function expectedActivation(task: ActivationTask): Expected[][] {
  const { name, x, gy } = task;
  if (isAlongRows(name)) return expectedSoftmax(task);
  const record = findActivation(name);
  const params = resolveParams(record);
  const count = Math.min(CHECKED, x.length);
  const at = Array.from({ length: count }, (_, i) => x.length - 1 - Math.floor((i * x.length) / count));
  const expected = [at.map((index) => ({ index, want: record.f(x[index]!, params) }))];
  if (gy === undefined) return expected;
  return [...expected, at.map((index) => ({ index, want: gy[index]! * record.dfdx(x[index]!, params) }))];
}

/** Whether an activation works along rows, so that each element depends on its whole row. */
export const isAlongRows = (name: string): boolean => (alongRows as readonly string[]).includes(name);

function expectedSoftmax({ name, x, gy, shape: [rows, columns] }: ActivationTask): Expected[][] {
  const logarithm = name === "log_softmax";
  const [ys, dxs]: [Expected[], Expected[]] = [[], []];
  for (const row of new Set([0, Math.floor(rows / 2), rows - 1])) {
    const line = Array.from(x.subarray(row * columns, (row + 1) * columns));
    const most = Math.max(...line);
    const exps = line.map((v) => Math.exp(v - most));
    const total = exps.reduce((a, b) => a + b, 0);
    const y = exps.map((e) => e / total);
    const upstream = gy?.subarray(row * columns, (row + 1) * columns);
    const weighted = (v: number, i: number): number => (logarithm ? 1 : v) * upstream![i]!;
    const dot = upstream === undefined ? 0 : y.reduce((sum, v, i) => sum + weighted(v, i), 0);
    for (const [i, v] of y.entries()) {
      const index = row * columns + i;
      ys.push({ index, want: logarithm ? line[i]! - most - Math.log(total) : v });
      if (upstream === undefined) continue;
      dxs.push({ index, want: logarithm ? upstream[i]! - v * dot : v * (upstream[i]! - dot) });
    }
  }
  return gy === undefined ? [ys] : [ys, dxs];
}

export function matmulTask({ form, m, n, k }: MatmulSpec): MatmulTask {
  const values = (stream: number, count: number): Float32Array =>
    uniform(1, stream, count).map((u) => 2 * u - 1);
  return { form, m, n, k, a: values(0, m * k), b: values(1, k * n) };
}

/** Right values of a few hundred elements of the product, including the corners. */
export function expectedMatmul({ form, m, n, k, a, b }: MatmulTask): Expected[][] {
  const count = 256;
  const expected = Array.from({ length: count }, (_, i) => {
    const index = i === count - 1 ? m * n - 1 : Math.floor((i * m * n) / count);
    const [row, column] = [Math.floor(index / n), index % n];
    let want = 0;
    for (let s = 0; s < k; s++) {
      const left = form === "atb" ? a[s * m + row]! : a[row * k + s]!;
      const right = form === "abt" ? b[column * k + s]! : b[s * n + column]!;
      want += left * right;
    }
    return { index, want };
  });
  return [expected];
}

export function convTask({ batch, size, channels, features, backward }: ConvSpec): ConvTask {
  const values = (stream: number, count: number): Float32Array =>
    uniform(4, stream, count).map((u) => 2 * u - 1);
  const pixels = batch * size * size;
  return {
    batch,
    size,
    channels,
    features,
    x: values(0, pixels * channels),
    w: values(1, 9 * channels * features),
    ...(backward ? { gy: values(2, pixels * features) } : {}),
  };
}

/** Right values of some elements of y, dx and dw, including corners and borders of images. */
export function expectedConv({ batch, size, channels, features, x, w, gy }: ConvTask): Expected[][] {
  const inside = (i: number): boolean => i >= 0 && i < size;
  /** Calls `visit` for each tap of an output pixel that lies inside the image. */
  const taps = (
    row: number,
    column: number,
    visit: (row: number, column: number, tap: number) => void,
  ): void => {
    for (let tap = 0; tap < 9; tap++) {
      const [r, c] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
      if (inside(r) && inside(c)) visit(r, c, tap);
    }
  };
  const pick = (total: number, count: number, value: (index: number) => number): Expected[] =>
    Array.from({ length: count }, (_, i) => {
      const index = i === count - 1 ? total - 1 : Math.floor((i * total) / count);
      return { index, want: value(index) };
    });
  const place = (index: number, depth: number): [sample: number, row: number, column: number, of: number] => {
    const pixel = Math.floor(index / depth);
    return [Math.floor(pixel / size / size), Math.floor(pixel / size) % size, pixel % size, index % depth];
  };
  const y = pick(batch * size * size * features, 256, (index) => {
    const [b, row, column, f] = place(index, features);
    let sum = 0;
    taps(row, column, (r, c, tap) => {
      for (let k = 0; k < channels; k++)
        sum += x[((b * size + r) * size + c) * channels + k]! * w[(tap * channels + k) * features + f]!;
    });
    return sum;
  });
  if (gy === undefined) return [y];
  const dx = pick(x.length, 256, (index) => {
    const [b, row, column, k] = place(index, channels);
    let sum = 0;
    // The pixel seen through a tap has this pixel under the opposite tap.
    taps(row, column, (r, c, tap) => {
      for (let f = 0; f < features; f++)
        sum +=
          gy[((b * size + r) * size + c) * features + f]! * w[((8 - tap) * channels + k) * features + f]!;
    });
    return sum;
  });
  const dw = pick(w.length, 16, (index) => {
    const [f, k, at] = [
      index % features,
      Math.floor(index / features) % channels,
      Math.floor(index / features / channels),
    ];
    let sum = 0;
    for (let b = 0; b < batch; b++)
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++)
          taps(row, column, (r, c, tap) => {
            if (tap !== at) return;
            const from = x[((b * size + r) * size + c) * channels + k]!;
            sum += from * gy[((b * size + row) * size + column) * features + f]!;
          });
    return sum;
  });
  return [y, dx, dw];
}

/** FLOPs of the products, forward and both gradients. Taps outside the image are included. */
export const convFlops = ({ batch, size, channels, features, backward }: ConvSpec): number =>
  2 * 9 * batch * size * size * channels * features * (backward ? 3 : 1);

export function trainingTask(spec: TrainingSpec): TrainingTask {
  const { sizes, activation, batch, rows, replicas, optimizer } = spec;
  const inputs = sizes[0]!;
  const classes = sizes.at(-1)!;
  const drawn = (stream: number, fan: number, outputs: number) => {
    const scale = Math.sqrt((activation === "relu" ? 2 : 1) / fan);
    return {
      weight: normal(2, stream, fan * outputs).map((z) => z * scale),
      bias: uniform(2, 100 + stream, outputs).map((u) => (u - 0.5) / 5),
    };
  };
  const convs = convSizes(spec).map((each, i): ConvValues => {
    return { ...each, ...drawn(50 + i, 9 * each.channels, each.features) };
  });
  const layers = layerSizes(spec).map((each, i): LayerValues => {
    return { ...each, ...drawn(i, each.inputs, each.outputs) };
  });
  // Many inputs imitate images, mostly dark like handwriting; few imitate coordinates.
  const random = uniform(3, 0, rows * inputs);
  const x =
    inputs > 16 ? Uint8Array.from(random, (u) => Math.max(0, 5 * u - 4) * 255) : random.map((u) => 4 * u - 2);
  const labels = Uint32Array.from(uniform(3, 1, rows), (u) => Math.floor(u * classes));
  const order =
    batch === rows ? Uint32Array.from({ length: rows }, (_, i) => i) : permutation(rows, DATA_SEED, 0);
  const batches = Array.from({ length: Math.floor(rows / batch) }, (_, i) =>
    order.slice(i * batch, (i + 1) * batch),
  );
  const rowsOf = { x, scale: x instanceof Uint8Array ? 1 / 255 : 1, labels };
  const lr = learningRates[optimizer];
  return { sizes, convs, activation, batch, replicas, optimizer, lr, layers, rows: rowsOf, batches };
}

/** Sizes of the convolutions; the pool after each halves the image. */
function convSizes({
  sizes,
  convs = [],
}: TrainingSpec): Pick<ConvValues, "size" | "channels" | "features">[] {
  let size = Math.sqrt(sizes[0]!);
  return convs.map((features, i) => {
    const own = { size, channels: convs[i - 1] ?? 1, features };
    size = Math.floor(size / 2);
    return own;
  });
}

function layerSizes(spec: TrainingSpec): Pick<LayerValues, "inputs" | "outputs">[] {
  const last = convSizes(spec).at(-1);
  const first = last === undefined ? spec.sizes[0]! : Math.floor(last.size / 2) ** 2 * last.features;
  return spec.sizes.slice(1).map((outputs, i) => ({ inputs: i === 0 ? first : spec.sizes[i]!, outputs }));
}

/** FLOPs of a step's products: forward, and the gradients that are needed. */
export function trainingFlops(spec: TrainingSpec): number {
  const { batch, replicas } = spec;
  const products = [
    ...convSizes(spec).map(({ size, channels, features }) => 9 * size * size * channels * features),
    ...layerSizes(spec).map(({ inputs, outputs }) => inputs * outputs),
  ];
  return products.reduce((total, each, i) => total + 2 * replicas * batch * each * (i === 0 ? 2 : 3), 0);
}
