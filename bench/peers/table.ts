/** The tables of the comparison. */
import { decimal, percent } from "../../src/report/numbers.ts";
import type { Spread } from "../../src/core/statistics.ts";
import { cell, interval, none, type Cell, type Table } from "../../src/report/table.ts";
import { peers, titles, type PeerName, type PeerCase, type PeersResult, type PeerTiming } from "./result.ts";

export const kinds = {
  training: "Training steps",
  matmul: "Matrix products",
  convolution: "Convolutions",
  activation: "Activations",
} as const satisfies Record<PeerCase["kind"], string>;
type Kind = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as Kind[];

/** The ceiling that a kind's rate is compared with. */
const ceilings = {
  training: "of multiply-add",
  matmul: "of multiply-add",
  convolution: "of multiply-add",
  activation: "of copy",
} as const;

const timingOf = ({ timings }: PeerCase, name: PeerName): PeerTiming | undefined =>
  timings.find(({ peer }) => peer === name);

const shown = (of: Spread | undefined, show: (value: number) => string): Cell =>
  of === undefined ? none : cell(show(of.median));

/** Milliseconds, or why there are none. */
const time = (timing: PeerTiming | undefined): Cell =>
  timing?.problem === undefined
    ? shown(timing?.ms, decimal)
    : cell(timing.problem.split(/[\n,;]/)[0]!.slice(0, 40));

/** A GPU peer's time, its ratio to actigrad's with quartiles, and its rate relative to the ceiling. */
const peerCells = (timing: PeerTiming | undefined): Cell[] => [
  time(timing),
  shown(timing?.ratio, (ratio) => `${decimal(ratio)}×`),
  timing?.ratio === undefined ? none : cell(interval(timing.ratio, decimal)),
  shown(timing?.ofCeiling, (share) => percent(share, 0)),
];

/** Where results are not finite but should be. */
export const remarksOf = ({ timings }: PeerCase): string[] =>
  timings.flatMap(({ peer, remark }) =>
    remark === undefined ? [] : [`${titles[peer]} not finite: ${remark}`],
  );

export function caseTable(kind: Kind, cases: readonly PeerCase[]): Table {
  const own = cases.filter((each) => each.kind === kind);
  const wasm = (["tfjs-wasm", "jax-wasm"] as const).filter((name) =>
    own.some((each) => timingOf(each, name)),
  );
  const remarks = own.some((each) => remarksOf(each).length > 0);
  const of = ceilings[kind];
  const peer = (name: PeerName): string[] => [`${titles[name]} ms`, "× ours", "quartiles", of];
  return {
    title: `${kinds[kind]}: actigrad and its peers`,
    heading: [
      "case",
      "actigrad ms",
      "quartiles",
      of,
      ...peer("tfjs"),
      ...peer("jax"),
      ...wasm.map((name) => `${titles[name]} ms`),
      ...(remarks ? ["remark"] : []),
    ],
    rows: own.map((each) => {
      const ours = timingOf(each, "actigrad");
      return [
        cell(each.title),
        time(ours),
        ours?.ms === undefined ? none : cell(interval(ours.ms, decimal)),
        shown(ours?.ofCeiling, (share) => percent(share, 0)),
        ...peerCells(timingOf(each, "tfjs")),
        ...peerCells(timingOf(each, "jax")),
        ...wasm.map((name) => time(timingOf(each, name))),
        ...(remarks ? [cell(remarksOf(each).join("; "))] : []),
      ];
    }),
    notes: [
      "Medians. × ours: the peer's time over actigrad's in the same round, with quartiles over rounds.",
      ...(wasm.length > 0
        ? [
            "The wasm columns are the peers' CPU backends, for information: a software adapter runs WebGPU on " +
              "the same processor and cannot match wasm.",
          ]
        : []),
    ],
  };
}

/** WebGPU calls and JavaScript time of a training step. */
export function countsTable(cases: readonly PeerCase[]): Table {
  return {
    title: "A training step's calls",
    heading: [
      "case",
      "peer",
      "dispatches",
      "submits",
      "bind groups made",
      "buffers made",
      "pipelines made",
      "JS ms",
    ],
    rows: cases.flatMap((each) =>
      peers.flatMap((name) => {
        const counts = timingOf(each, name)?.counts;
        if (counts === undefined) return [];
        const { dispatches, submits, bindGroups, buffers, pipelines, jsMs } = counts;
        const figures = [dispatches, submits, bindGroups, buffers, pipelines, jsMs];
        return [[cell(each.title), cell(titles[name]), ...figures.map((value) => cell(decimal(value)))]];
      }),
    ),
    notes: ["JS: from the first call to the last submit, without waiting for the GPU."],
  };
}

const KIB = 1024;

export function smallestTable({ smallest }: Pick<PeersResult, "smallest">): Table {
  const part = (value: number | undefined, unit: number): Cell =>
    value === undefined ? none : cell(decimal(value / unit));
  const problems = smallest.some(({ problem }) => problem !== undefined);
  return {
    title: "The smallest page that trains 784-256-128-10",
    heading: [
      "peer",
      "gzip KiB",
      "cold ms",
      "quartiles",
      "peak GPU MiB",
      "final GPU MiB",
      ...(problems ? ["problem"] : []),
    ],
    rows: smallest.map(({ peer, gzipBytes, cold, peakBytes, liveBytes, problem }) => [
      cell(titles[peer]),
      part(gzipBytes, KIB),
      shown(cold, decimal),
      cold === undefined ? none : cell(interval(cold, decimal)),
      part(peakBytes, KIB ** 2),
      part(liveBytes, KIB ** 2),
      ...(problems ? [cell(problem ?? "")] : []),
    ]),
    notes: [
      "Cold: from the page's load to the loss of the first step, in a browser with a fresh profile. GPU bytes: of the " +
        "buffers that the page created and did not destroy.",
    ],
  };
}

/** The tables that have rows. */
export function peersTables(result: PeersResult): Table[] {
  const { cases } = result;
  return [
    ...kindNames.map((kind) => caseTable(kind, cases)),
    countsTable(cases),
    smallestTable(result),
  ].filter(({ rows }) => rows.length > 0);
}
