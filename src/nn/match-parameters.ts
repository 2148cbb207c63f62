/** Equal parameters: finds widths at which a network has as many as the plain one. */
import { elements } from "../core/shape.ts";
import { Graph } from "../graph/graph.ts";
import { data } from "../graph/ops/source.ts";
import { type NetworkSpec, defaultChannels, network } from "./networks.ts";
import type { Model } from "./sequential.ts";

/** Share of the parameters by which the count may differ in exchange for even widths. */
const ENOUGH = 0.003;
/** How far the first width may be from an even shape. */
const REACH = 12;

/**
 * Widths close to `widths` times one factor whose `count` is closest to `target`: all are scaled together, then the first varies
 * by a few and the last is fitted. Of those close enough, the least changed wins.
 * @param count parameters at given widths; grows with each width
 */
export function matchWidths(
  count: (widths: readonly number[]) => number,
  widths: readonly number[],
  target: number,
): readonly number[] {
  if (count(widths) === target) return widths;
  /** The whole number at which an increasing function is closest to the target. */
  const nearest = (of: (n: number) => number, most: number): number => {
    let [low, high] = [1, most];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (of(middle) < target) low = middle;
      else high = middle;
    }
    return Math.abs(of(low) - target) <= Math.abs(of(high) - target) ? low : high;
  };
  const scaled = (per: number): number[] => widths.map((w) => Math.max(1, Math.round((w * per) / 1000)));
  const even = scaled(nearest((per) => count(scaled(per)), 4000));
  let best: readonly number[] = even;
  const last = even.length - 1;
  for (const by of Array.from({ length: 2 * REACH + 1 }, (_, i) => (i % 2 === 0 ? -i : i + 1) / 2)) {
    const own = even.map((w, i) => (i === 0 ? Math.max(1, w + by) : w));
    own[last] = nearest((w) => count(own.with(last, w)), 2 * even[last]! + REACH);
    if (Math.abs(count(own) - target) < Math.abs(count(best) - target)) best = own;
    if (Math.abs(count(best) - target) <= ENOUGH * target) break;
  }
  return best;
}

/** Trained numbers of one replica, without running statistics. */
export function parameterCount(model: Model): number {
  const graph = new Graph();
  const { parameters, updates } = model.build(graph, data(graph, "x", [1, 2, model.inputs]), 1, true);
  const running = new Set(updates.map(({ state }) => state));
  return parameters
    .filter(({ node }) => !running.has(node))
    .flatMap(({ views }) => views.map(({ shape }) => elements(shape)))
    .reduce((a, b) => a + b, 0);
}

/**
 * A network's spec at the widths (for image networks: channels) where it has as many parameters as the plain one with relu and
 * the given widths: within 1 %, unless the widths are a few units only. Gated activations halve their input, learned ones add
 * parameters, and an edge of a kan has many: `network(matchParameters(spec))` compares them at equal cost.
 * @throws ActigradError as `network`
 */
export function matchParameters(spec: NetworkSpec): NetworkSpec {
  const { model } = spec;
  const images = model === "cnn" || model === "resnet";
  const at = (widths: readonly number[]): NetworkSpec =>
    images ? { ...spec, channels: widths } : { ...spec, hidden: widths };
  const { model: _, ...rest } = spec;
  const plain = { ...(model === "kan" ? rest : spec), activations: ["relu"] };
  const widths = images ? (spec.channels ?? defaultChannels(model)) : spec.hidden;
  if (widths.length === 0) return spec;
  const count = (own: readonly number[]): number => parameterCount(network(at(own)));
  return at(matchWidths(count, widths, parameterCount(network(plain))));
}
