/** Layers in float64 as plain loops, written only to check the peers. */
import type { ConvValues, LayerValues, TrainingTask } from "./peer.ts";

type Values = Float64Array<ArrayBuffer>;

/** One layer applied to a batch. `backward` follows `forward` and leaves the gradients of the parameters. */
export interface Layer64 {
  readonly parameters: readonly { readonly value: Values; readonly gradient: Values }[];
  forward(x: Values): Values;
  backward(gy: Values): Values;
}

const parameter = (values: Float32Array) => ({
  value: Float64Array.from(values),
  gradient: new Float64Array(values.length),
});

/** All layers of a task's network, with the activation after each but the last. */
export function layersOf({ convs, layers, activation, batch }: TrainingTask): Layer64[] {
  const act = (): Layer64 => pointwise(activation);
  return [
    ...convs.flatMap((values) => [conv(values, batch), act(), maxPool(values.size, values.features)]),
    ...layers.flatMap((values, i) =>
      i === layers.length - 1 ? [dense(values, batch)] : [dense(values, batch), act()],
    ),
  ];
}

function pointwise(activation: TrainingTask["activation"]): Layer64 {
  let y = new Float64Array();
  const relu = activation === "relu";
  return {
    parameters: [],
    forward: (x) => (y = x.map((v) => (relu ? Math.max(v, 0) : Math.tanh(v)))),
    backward: (gy) => gy.map((g, i) => (relu ? (y[i]! > 0 ? g : 0) : g * (1 - y[i]! * y[i]!))),
  };
}

function dense({ inputs, outputs, weight, bias }: LayerValues, batch: number): Layer64 {
  const [w, b] = [parameter(weight), parameter(bias)];
  let x = new Float64Array();
  return {
    parameters: [w, b],
    forward(given) {
      x = given;
      const y = new Float64Array(batch * outputs);
      for (let r = 0; r < batch; r++) {
        const row = y.subarray(r * outputs, (r + 1) * outputs);
        row.set(b.value);
        for (let k = 0; k < inputs; k++) {
          const a = x[r * inputs + k]!;
          if (a !== 0) for (let c = 0; c < outputs; c++) row[c]! += a * w.value[k * outputs + c]!;
        }
      }
      return y;
    },
    backward(gy) {
      const gx = new Float64Array(x.length);
      w.gradient.fill(0);
      b.gradient.fill(0);
      for (let r = 0; r < batch; r++) {
        for (let c = 0; c < outputs; c++) b.gradient[c]! += gy[r * outputs + c]!;
        for (let k = 0; k < inputs; k++) {
          const a = x[r * inputs + k]!;
          let back = 0;
          for (let c = 0; c < outputs; c++) {
            const up = gy[r * outputs + c]!;
            w.gradient[k * outputs + c]! += a * up;
            back += up * w.value[k * outputs + c]!;
          }
          gx[r * inputs + k] = back;
        }
      }
      return gx;
    },
  };
}

/** Calls `visit` for each pixel and each 3x3 tap inside the image, with the offsets of input, weight and output. */
function eachTap(
  { size, channels, features }: ConvValues,
  batch: number,
  visit: (x: number, w: number, y: number) => void,
): void {
  for (let i = 0; i < batch * size * size; i++) {
    const [row, column] = [Math.floor(i / size) % size, i % size];
    for (let tap = 0; tap < 9; tap++) {
      const [dr, dc] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
      if (row + dr < 0 || row + dr >= size || column + dc < 0 || column + dc >= size) continue;
      visit((i + dr * size + dc) * channels, tap * channels * features, i * features);
    }
  }
}

function conv(values: ConvValues, batch: number): Layer64 {
  const { size, channels, features } = values;
  const [w, b] = [parameter(values.weight), parameter(values.bias)];
  let x = new Float64Array();
  return {
    parameters: [w, b],
    forward(given) {
      x = given;
      const y = Float64Array.from(
        { length: batch * size * size * features },
        (_, i) => b.value[i % features]!,
      );
      eachTap(values, batch, (from, at, to) => {
        for (let k = 0; k < channels; k++) {
          const a = x[from + k]!;
          for (let f = 0; f < features; f++) y[to + f]! += a * w.value[at + k * features + f]!;
        }
      });
      return y;
    },
    backward(gy) {
      const gx = new Float64Array(x.length);
      w.gradient.fill(0);
      b.gradient.fill(0);
      for (const [i, g] of gy.entries()) b.gradient[i % features]! += g;
      eachTap(values, batch, (from, at, to) => {
        for (let k = 0; k < channels; k++) {
          const a = x[from + k]!;
          let back = 0;
          for (let f = 0; f < features; f++) {
            const up = gy[to + f]!;
            w.gradient[at + k * features + f]! += a * up;
            back += up * w.value[at + k * features + f]!;
          }
          gx[from + k]! += back;
        }
      });
      return gx;
    },
  };
}

/** 2x2 windows side by side, without an odd last row or column. The gradient goes to the first of equal largest values. */
function maxPool(size: number, channels: number): Layer64 {
  const half = Math.floor(size / 2);
  let largest = new Uint32Array();
  let inputs = 0;
  return {
    parameters: [],
    forward(x) {
      inputs = x.length;
      const samples = x.length / (size * size * channels);
      largest = Uint32Array.from({ length: samples * half * half * channels }, (_, i) => {
        const [place, c] = [Math.floor(i / channels), i % channels];
        const [b, row, column] = [
          Math.floor(place / half / half),
          Math.floor(place / half) % half,
          place % half,
        ];
        const corner = ((b * size + 2 * row) * size + 2 * column) * channels + c;
        const window = [0, channels, size * channels, (size + 1) * channels].map((by) => corner + by);
        return window.reduce((best, at) => (x[at]! > x[best]! ? at : best));
      });
      return Float64Array.from(largest, (at) => x[at]!);
    },
    backward(gy) {
      const gx = new Float64Array(inputs);
      for (const [i, at] of largest.entries()) gx[at]! += gy[i]!;
      return gx;
    },
  };
}
