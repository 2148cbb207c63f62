/** The text of the kernels of recurrent layers. */
import common from "../../../shaders/recurrent.wgsl?raw";
import { type CustomKernel, customKernel } from "../custom-kernel.ts";
import type { KernelSpec } from "../kernel-spec.ts";
import { type RecurrentAttrs, cells } from "./recurrentCells.ts";

const workgroupOf = (hidden: number): number => Math.min(256, 2 ** Math.ceil(Math.log2(Math.max(4, hidden))));

/**
 * One step of each cell: `h` is the unit's state, `c` the second one of an LSTM, `i_` and `s_` the gates from input and state.
 */
const steps: Readonly<Record<RecurrentAttrs["cell"], string>> = {
  rnn_tanh: "h = tanh_(i_ + s_).x;",
  rnn_relu: "h = max(i_.x + s_.x, 0.0);",
  gru: `let on = sigmoid_(i_ + s_);
      let fresh = tanh_(vec4f(i_.z + on.x * s_.z)).x;
      h = fresh + on.y * (h - fresh);`,
  lstm: `let on = sigmoid_(i_ + s_);
      c = on.y * c + on.x * tanh_(vec4f(i_.z + s_.z)).x;
      h = on.w * tanh_(vec4f(c)).x;`,
};

/**
 * The reverse step: from the cotangents `dh` and `dc` to those of the gates, `d_` for the state's part and `e_` for the input's.
 */
const ways: Readonly<Record<RecurrentAttrs["cell"], string>> = {
  rnn_tanh: `let y = tanh_(i_ + s_).x;
      d_.x = dh * (1.0 - y * y);
      dh = 0.0;`,
  rnn_relu: `d_.x = select(0.0, dh, i_.x + s_.x > 0.0);
      dh = 0.0;`,
  gru: `let on = sigmoid_(i_ + s_);
      let off = sigmoid_(-(i_ + s_));
      let fresh = tanh_(vec4f(i_.z + on.x * s_.z)).x;
      let dn = dh * off.y * (1.0 - fresh * fresh);
      d_ = vec4f(dn * s_.z * on.x * off.x, dh * (h - fresh) * on.y * off.y, dn * on.x, 0.0);
      e_ = vec4f(d_.xy, dn, 0.0);
      dh = dh * on.y;`,
  lstm: `let on = sigmoid_(i_ + s_);
      let off = sigmoid_(-(i_ + s_));
      let g = tanh_(vec4f(i_.z + s_.z)).x;
      let now = tanh_(vec4f(on.y * c + on.x * g)).x;
      let dn = dc + dh * on.w * (1.0 - now * now);
      d_ = vec4f(dn * g * on.x * off.x, dn * c * on.y * off.y, dn * on.x * (1.0 - g * g), dh * now * on.w * off.w);
      dc = dn * on.y;
      dh = 0.0;`,
};

/** Constants of a kernel, before the shared text. */
function declarations(attrs: RecurrentAttrs, more: string): string {
  const { cell, hidden, bias, started } = attrs;
  const { gates } = cells[cell];
  const workgroup = workgroupOf(hidden);
  const numbers = { H: hidden, GATES: gates, WORKGROUP: workgroup, UNITS: Math.ceil(hidden / workgroup) };
  const flags = { BIAS: bias, STARTED: started, LSTM: cell === "lstm", GRU: cell === "gru" };
  return [
    ...Object.entries(numbers).map(([name, n]) => `const ${name} = ${n}u;`),
    ...Object.entries(flags).map(([name, on]) => `const ${name} = ${on};`),
    common,
    more,
  ].join("\n");
}

/** Where the sample of a workgroup begins in each tensor. */
const places = `
  let line = group_id.y * group_count.x + group_id.x;
  if (line >= D.lines) { return; }
  let z = line / D.batch;
  let sample = line % D.batch;
  let x_base = (z % D.x_z * D.batch + sample) * D.time * D.x_pitch;
  let w_base = z % D.w_z * D.w_rows * D.w_pitch;
  let states_base = line * (D.time + 1u) * D.states_pitch;`;

const forward = (cell: RecurrentAttrs["cell"], started: boolean): string => `${places}
  var second: array<f32, UNITS>;
  var next: array<f32, UNITS>;
  for (var u = 0u; u < UNITS; u++) {
    let j = local_index + u * WORKGROUP;
    if (j < H) {
      let start_ = ${started ? "(z % D.start_z * D.batch + sample) * D.start_pitch + j" : "0u"};
      let h = ${started ? "start[start_]" : "0.0"};
      before[j] = h;
      states[states_base + j] = h;
      if (LSTM) {
        second[u] = ${started ? "start[start_ + H]" : "0.0"};
        states[states_base + H + j] = second[u];
      }
    }
  }
  for (var t = 0u; t < D.time; t++) {
    workgroupBarrier();
    for (var u = 0u; u < UNITS; u++) {
      let j = local_index + u * WORKGROUP;
      if (j < H) {
        let i_ = from_input_(x_base + t * D.x_pitch, j);
        let s_ = from_state_(w_base, j);
        var h = before[j];
        var c = second[u];
        ${steps[cell]}
        next[u] = h;
        second[u] = c;
      }
    }
    workgroupBarrier();
    let row = states_base + (t + 1u) * D.states_pitch;
    for (var u = 0u; u < UNITS; u++) {
      let j = local_index + u * WORKGROUP;
      if (j < H) {
        before[j] = next[u];
        states[row + j] = next[u];
        if (LSTM) { states[row + H + j] = second[u]; }
      }
    }
  }`;

const backward = (cell: RecurrentAttrs["cell"]): string => `${places}
  let out_base = line * D.out_time * D.out_pitch;
  var dhs: array<f32, UNITS>;
  var dcs: array<f32, UNITS>;
  for (var u = 0u; u < UNITS; u++) { dhs[u] = 0.0; dcs[u] = 0.0; }
  for (var step = 0u; step < D.time; step++) {
    let t = D.time - 1u - step;
    let row = states_base + t * D.states_pitch;
    workgroupBarrier();
    for (var u = 0u; u < UNITS; u++) {
      let j = local_index + u * WORKGROUP;
      if (j < H) { before[j] = states[row + j]; }
    }
    workgroupBarrier();
    for (var u = 0u; u < UNITS; u++) {
      let j = local_index + u * WORKGROUP;
      if (j < H) {
        let i_ = from_input_(x_base + t * D.x_pitch, j);
        let s_ = from_state_(w_base, j);
        let h = before[j];
        var c = 0.0;
        var dh = dhs[u] + g[row + D.states_pitch + j];
        var dc = dcs[u];
        if (LSTM) {
          c = states[row + H + j];
          dc += g[row + D.states_pitch + H + j];
        }
        var d_ = vec4f(0.0);
        var e_ = vec4f(0.0);
        ${ways[cell]}
        dhs[u] = dh;
        dcs[u] = dc;
        let at = out_base + t * D.out_pitch + j;
        for (var k = 0u; k < GATES; k++) {
          gates[k * H + j] = d_[k];
          out[at + k * H] = select(d_[k], e_[k], GRU);
          if (GRU) { out[at + (k + 3u) * H] = d_[k]; }
        }
      }
    }
    workgroupBarrier();
    for (var u = 0u; u < UNITS; u++) {
      let k = local_index + u * WORKGROUP;
      if (k < H) {
        var sum = 0.0;
        for (var j = 0u; j < GATES * H; j++) { sum += gates[j] * w[w_base + k * D.w_pitch + j]; }
        dhs[u] += sum;
      }
    }
  }
  if (STARTED) {
    for (var u = 0u; u < UNITS; u++) {
      let j = local_index + u * WORKGROUP;
      if (j < H) {
        let at = out_base + D.time * D.out_pitch + j;
        out[at] = dhs[u] + g[states_base + j];
        if (LSTM) { out[at + H] = dcs[u] + g[states_base + H + j]; }
      }
    }
  }`;

type Made = Pick<CustomKernel<RecurrentAttrs>, "inputs" | "output" | "body" | "dims"> & {
  readonly more?: string;
};

/** The record of a custom kernel depends on the attributes here: array sizes and the number of inputs. */
const byAttrs = (make: (attrs: RecurrentAttrs) => Made): KernelSpec<RecurrentAttrs> => ({
  kind: "custom",
  terms: (_, { hidden, cell }) => hidden * cells[cell].gates,
  render(module, node, target, operands) {
    const { more = "", ...made } = make(node.attrs);
    const [replicas, batch] = node.shape as [number, number];
    const spec = customKernel<RecurrentAttrs>({
      ...made,
      declarations: declarations(node.attrs, more),
      workgroupSize: [workgroupOf(node.attrs.hidden)],
      workgroups: () => replicas * batch,
      dims: (attrs, inputs) => ({
        lines: replicas * batch,
        batch,
        time: inputs[0]!.shape[2]!,
        ...made.dims?.(attrs, inputs),
      }),
    });
    if (spec.kind !== "custom") throw new Error("no kernel of its own");
    return spec.render(module, node, target, operands);
  },
});

export const forwardKernel = byAttrs(({ cell, started }) => ({
  inputs: ["x", "w", ...(started ? ["start"] : [])],
  output: "states",
  body: forward(cell, started),
}));

export const backwardKernel = byAttrs(({ cell, started }) => ({
  inputs: ["x", "w", "states", "g"],
  output: "out",
  body: backward(cell),
  dims: (_, [x]) => ({ out_time: x!.shape[2]! + (started ? 1 : 0) }),
  more: "var<workgroup> gates: array<f32, GATES * H>;",
}));
