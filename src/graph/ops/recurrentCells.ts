/** What recurrent cells share: numbers of gates and states, and their steps in float64. */

/** What a recurrent layer is made of. */
export type Cell = "rnn_tanh" | "rnn_relu" | "gru" | "lstm";

export interface RecurrentAttrs {
  readonly cell: Cell;
  /** Units. */
  readonly hidden: number;
  /** Whether the state's weight has one more row, for the bias. */
  readonly bias: boolean;
  /** Whether a first state is given; otherwise it is 0. */
  readonly started: boolean;
}

/** Gates computed by products, and states per unit. `back`: numbers per unit that backward gives for a step. */
export const cells: Readonly<Record<Cell, { gates: number; states: number; back: number }>> = {
  rnn_tanh: { gates: 1, states: 1, back: 1 },
  rnn_relu: { gates: 1, states: 1, back: 1 },
  gru: { gates: 3, states: 1, back: 6 },
  lstm: { gates: 4, states: 2, back: 4 },
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A step of one unit, from its gates' parts from the input (i) and the state (s), and its state before. */
export function stepOf(
  cell: Cell,
  i: readonly number[],
  s: readonly number[],
  h: number,
  c: number,
): [h: number, c: number] {
  switch (cell) {
    case "rnn_tanh":
      return [Math.tanh(i[0]! + s[0]!), 0];
    case "rnn_relu":
      return [Math.max(0, i[0]! + s[0]!), 0];
    case "gru": {
      const [reset, update] = [sigmoid(i[0]! + s[0]!), sigmoid(i[1]! + s[1]!)];
      return [(1 - update) * Math.tanh(i[2]! + reset * s[2]!) + update * h, 0];
    }
    case "lstm": {
      const next = sigmoid(i[1]! + s[1]!) * c + sigmoid(i[0]! + s[0]!) * Math.tanh(i[2]! + s[2]!);
      return [sigmoid(i[3]! + s[3]!) * Math.tanh(next), next];
    }
  }
}

/** The gradients of one unit's step: to the gates from the state (s) and from the input (i), and directly to the state before. */
export interface StepBack {
  readonly s: readonly number[];
  readonly i: readonly number[];
  readonly h: number;
  readonly c: number;
}

/** The cotangents of a step, from those of its states. */
export function backOf(
  cell: Cell,
  i: readonly number[],
  s: readonly number[],
  h: number,
  c: number,
  dh: number,
  dc: number,
): StepBack {
  switch (cell) {
    case "rnn_tanh": {
      const own = [dh / Math.cosh(i[0]! + s[0]!) ** 2];
      return { s: own, i: own, h: 0, c: 0 };
    }
    case "rnn_relu": {
      const own = [i[0]! + s[0]! > 0 ? dh : 0];
      return { s: own, i: own, h: 0, c: 0 };
    }
    case "gru": {
      const [r, u] = [sigmoid(i[0]! + s[0]!), sigmoid(i[1]! + s[1]!)];
      const n = Math.tanh(i[2]! + r * s[2]!);
      const dn = dh * (1 - u) * (1 - n * n);
      const [dr, du] = [dn * s[2]! * r * (1 - r), dh * (h - n) * u * (1 - u)];
      return { s: [dr, du, dn * r], i: [dr, du, dn], h: dh * u, c: 0 };
    }
    case "lstm": {
      const [a, f, o] = [0, 1, 3].map((gate) => sigmoid(i[gate]! + s[gate]!)) as [number, number, number];
      const g = Math.tanh(i[2]! + s[2]!);
      const now = Math.tanh(f * c + a * g);
      const dn = dc + dh * o * (1 - now * now);
      const own = [dn * g * a * (1 - a), dn * c * f * (1 - f), dn * a * (1 - g * g), dh * now * o * (1 - o)];
      return { s: own, i: own, h: 0, c: dn * f };
    }
  }
}
