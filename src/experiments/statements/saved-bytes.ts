import { glorotUniform, heNormal, linear, recompute, relu, sequential, summary } from "../../index.ts";
import { type Case, metric, metricsOf } from "../cases.ts";
import { defineStatement } from "../experiment.ts";
import { type Measured } from "../measures.ts";
import { imageNet } from "../networks.ts";
import { curve, lines, words } from "../panels.ts";
import { savedBytes as t } from "../texts/backward.ts";

const WIDTH = 256;

/** relu 784-[256]xdepth-10 in a number of segments: backward keeps their ends and recomputes the rest. */
function segmented(depth: number, segments: number) {
  const each = depth / segments;
  const layers = Array.from({ length: depth }, (_, i) => [
    linear(i === 0 ? 784 : WIDTH, WIDTH, { init: heNormal() }),
    relu,
  ]);
  const parts = Array.from({ length: segments }, (_, s) => layers.slice(s * each, (s + 1) * each).flat());
  const last = [...parts.at(-1)!, linear(WIDTH, 10, { init: glorotUniform() })];
  return sequential(...[...parts.slice(0, -1), last].map((part) => recompute(...part)));
}

const cases: readonly (Case & { activation: string; depth: number; reference: number })[] = [
  { name: "relu 2", activation: "relu", depth: 2, reference: 669_700 },
  { name: "relu 16", activation: "relu", depth: 16, reference: 2_504_708 },
  { name: "relu 32", activation: "relu", depth: 32, reference: 4_601_860 },
  { name: "elu 16", activation: "elu", depth: 16, reference: 4_601_860 },
];
/** Allows a few kilobytes for the labels and each row's loss, which may or may not be counted. */
const about = (bytes: number) => ({ from: bytes * 0.95, to: bytes * 1.05 });
const SEGMENTED = 800_772;

export const savedBytes = defineStatement(t, {
  row: 25,
  name: "saved-bytes",
  chapter: "backward",
  exact: true,
  seeds: 1,
  seconds: [1, 1],
  setup: { batch: 128, forward: 532_480, depths: [2, 4, 8, 16, 32], segments: 4 },
  drag: { field: "batch", from: 1, to: 1024 },
  metrics: [
    ...metricsOf(cases, t.savedOf, { notation: "count", gate: ({ reference }) => about(reference) }),
    metric("ratio", t.ratio, { reference: 8.6, from: 4 }),
    metric("segments", t.segments, { notation: "count", reference: SEGMENTED, ...about(SEGMENTED) }),
    metric("work", t.work, { reference: 1.41, from: 1, to: 1.5 }),
  ],
  run(_place, { batch, forward, depths, segments }) {
    const input = batch * 784 * 4; // read by the first weights' gradient, but not part of summaries
    const bytes = (activation: string, depth: number): number =>
      summary(imageNet(activation, WIDTH, depth), { batch }).savedBytes + input;
    const values: Measured = {};
    for (const { name, activation, depth } of cases) values[name] = [bytes(activation, depth)];
    const again = summary(segmented(16, segments), { batch });
    values["segments"] = [again.savedBytes + input];
    values["work"] = [1 + again.againFlops / (3 * again.flops)]; // backward takes twice forward's work
    values["ratio"] = [values["relu 32"]![0]! / forward];
    const data = ["relu", "elu"].map((name) => ({
      name,
      points: depths.map((depth) => ({ depth, bytes: bytes(name, depth) })),
    }));
    return Promise.resolve({ values, data });
  },
  panels: (curves, { setup: { forward } }) => [
    lines(
      { label: words.layers, from: 0 },
      { label: t.mb, from: 0 },
      curves.map(({ name, points }) =>
        curve(
          name,
          points.map(({ depth, bytes }) => [depth, [bytes / 1e6]]),
        ),
      ),
      { dots: true, levels: [{ at: forward / 1e6, name: t.forward }] },
    ),
  ],
  verdict: (read) => (read.passes("ratio") ? "holds" : "fails"),
});
