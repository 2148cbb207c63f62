/** Panels of figures, and words that many of them share. */
import type { Text } from "../core/text.ts";
import type { Axis, Bar, Bars, LinePoint, Lines, Name, Series } from "../report/figure/figure.ts";
import type { Values } from "./experiment.ts";
import { point } from "./measures.ts";
import { paired } from "./texts.ts";

export const words = paired({
  en: {
    test: "test accuracy",
    training: "training accuracy",
    accuracy: "accuracy",
    error: "error",
    step: "step",
    steps: "steps",
    chance: "chance",
    reference: "reference",
    layers: "hidden layers",
    target: "{error:%}",
    relative: "relative difference",
    zeros: "exact zeros",
    input: "input",
    output: "output",
  },
  ko: {
    test: "시험 정확도",
    training: "훈련 정확도",
    accuracy: "정확도",
    error: "오류",
    step: "단계",
    steps: "단계 수",
    chance: "무작위",
    reference: "참조 결과",
    layers: "은닉층 수",
    target: "{error:%}",
    relative: "상대 차이",
    zeros: "정확한 0",
    input: "입력",
    output: "출력",
  },
});

/** Axis options for shares from 0 to 1. */
export const share = { percent: true, from: 0, to: 1 } as const;
/** A level for panels: the accuracy of guessing one of ten classes. */
export const chance = { levels: [{ at: 0.1, name: words.chance }] } as const;

type Scale = Omit<Axis, "label">;

/** Horizontal bars under a label, with axis options, a title and levels. */
export const bars = (
  label: Text,
  all: readonly Bar[],
  { title, levels, ...scale }: Scale & Pick<Bars, "title" | "levels"> = {},
): Bars => ({
  kind: "bars",
  ...(title && { title }),
  value: { label, ...scale },
  ...(levels && { levels }),
  bars: all,
});

/** Curves over an axis. */
export const lines = (
  x: Axis,
  y: Axis,
  series: readonly Series[],
  more: Pick<Lines, "dots" | "levels" | "title"> = {},
): Lines => ({ kind: "lines", x, y, series, ...more });

/** A curve with its band over the seeds. */
export const curve = (
  name: Name,
  points: readonly (readonly [x: number, values: Values[string]])[],
): Series => ({ name, points: points.map(([x, own]) => point(x, own)) });

/** The dashed line of the reference. */
export const referenceLine = (points: readonly LinePoint[]): Series => ({
  name: words.reference,
  broken: true,
  points,
});
