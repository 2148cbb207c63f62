/** Times the same case in all peers, in interleaved rounds, after checking their results. */
import { permutation } from "../../src/core/random.ts";
import { quartiles, type Spread } from "../../src/core/statistics.ts";
import { countSteps } from "./counts.ts";
import { WRONG } from "./expected.ts";
import type { Peer, Work } from "./peer.ts";
import type { PeerName, PeersOptions, PeerTiming, StepCounts } from "./result.ts";

/** What a case requires of each peer. */
export interface Matchup<W extends Work> {
  make(peer: Peer): Promise<W>;
  /** The worst error of the results, as a share of the largest. */
  check(work: W): Promise<number>;
  /** Further remarks about a peer, such as where it returns NaN. */
  remark?(peer: Peer): Promise<string> | string;
  /** Whether to count a run's WebGPU calls. */
  readonly counted: boolean;
  /** Operations or bytes of one run, in the unit of `yardstick`. */
  readonly amount: number;
}

/** The adapter's ceiling, timed in every round along with the peers. */
export interface Yardstick {
  readonly amount: number;
  run(times: number): Promise<void>;
}

/** Anything timed in every round. */
interface Runner {
  readonly run: (times: number) => Promise<void>;
  /** Runs per sample. */
  runs: number;
  onceMs: number;
  readonly samplesMs: number[];
}

/** A peer with right results, to be timed. */
interface Contender extends Runner {
  readonly peer: PeerName;
  readonly work: Work;
  readonly error: number;
  readonly remark: string;
  counts?: StepCounts;
}

type TimingOptions = Pick<PeersOptions, "sampleMs" | "caseSeconds" | "rounds">;

/** Most runs per sample. */
const MOST_RUNS = 256;
/** A run of at least this many milliseconds needs no warm-up. */
const LONG_MS = 500;
/** From this many milliseconds per round on, half as many rounds are enough: short disturbances average out. */
const LONG_ROUND_MS = 4000;
/** Steps counted, at most, and their time limit in milliseconds. */
const COUNTED_STEPS = 64;
const COUNTED_MS = 1500;

export async function timeMatchup<W extends Work>(
  peers: readonly Peer[],
  matchup: Matchup<W>,
  yardstick: Yardstick,
  options: TimingOptions,
  signal: AbortSignal,
): Promise<PeerTiming[]> {
  const contenders: Contender[] = [];
  const out = new Map<PeerName, PeerTiming>();
  const yard: Runner = { run: (times) => yardstick.run(times), runs: 1, onceMs: 0, samplesMs: [] };
  try {
    for (const peer of peers) {
      if (signal.aborted) return [];
      const entered = await enter(peer, matchup);
      if ("work" in entered) contenders.push(entered);
      else out.set(peer.name, entered);
    }
    await timeRounds([...contenders, yard], options, signal);
    if (matchup.counted && !signal.aborted) {
      for (const contender of contenders) contender.counts = await count(contender);
    }
  } finally {
    for (const { work } of contenders) work.dispose();
  }
  const ours = contenders.find(({ peer }) => peer === "actigrad");
  const best = yard.samplesMs.map((ms) => (matchup.amount * ms) / yardstick.amount); // milliseconds at the adapter's ceiling
  for (const contender of contenders) out.set(contender.peer, timingOf(contender, ours?.samplesMs, best));
  return peers.map(({ name }) => out.get(name)!);
}

/** Prepares, runs once and checks; a failing peer is excluded, with the reason. */
async function enter<W extends Work>(peer: Peer, matchup: Matchup<W>): Promise<Contender | PeerTiming> {
  const { name } = peer;
  let work: W | undefined;
  try {
    work = await matchup.make(peer);
    const made = work;
    const error = await matchup.check(made);
    const remark = (await matchup.remark?.(peer)) ?? "";
    if (error > WRONG) {
      made.dispose();
      const problem = Number.isFinite(error) ? `wrong by ${error.toPrecision(2)}` : "not finite";
      return {
        peer: name,
        problem,
        ...(Number.isFinite(error) && { error }),
        ...(remark !== "" && { remark }),
      };
    }
    const run = (times: number): Promise<void> => made.run(times);
    return { peer: name, work: made, run, error, remark, runs: 1, onceMs: 0, samplesMs: [] };
  } catch (failure) {
    work?.dispose();
    return { peer: name, problem: failure instanceof Error ? failure.message : String(failure) };
  }
}

/** Samples all runners in every round, each round in a different order. */
async function timeRounds(
  runners: readonly Runner[],
  options: TimingOptions,
  signal: AbortSignal,
): Promise<void> {
  for (const runner of runners) {
    if (signal.aborted) return;
    await calibrate(runner, options.sampleMs);
  }
  const roundMs = runners.reduce((total, { runs, onceMs }) => total + runs * onceMs, 0);
  const { least, most } = options.rounds;
  const wanted = roundMs > LONG_ROUND_MS ? Math.ceil(least / 2) : least;
  const rounds = Math.round(Math.min(most, Math.max(wanted, (options.caseSeconds * 1000) / roundMs)));
  for (let round = 0; round < rounds; round++) {
    for (const i of permutation(runners.length, 0, round)) {
      if (signal.aborted) return;
      const runner = runners[i]!;
      runner.samplesMs.push((await time(runner, runner.runs)) / runner.runs);
    }
  }
}

async function time({ run }: Runner, times: number): Promise<number> {
  const begin = performance.now();
  await run(times);
  return performance.now() - begin;
}

/** Chooses enough runs per sample to take `sampleMs`, because short work can be timed only when repeated. */
async function calibrate(runner: Runner, sampleMs: number): Promise<void> {
  let ms = await time(runner, 1);
  if (ms < LONG_MS) ms = await time(runner, 1); // the first run may include warm-up
  while (ms < sampleMs && runner.runs < MOST_RUNS) {
    runner.runs = Math.min(
      MOST_RUNS,
      Math.max(runner.runs * 2, Math.ceil((runner.runs * sampleMs) / ms / 2)),
    );
    ms = await time(runner, runner.runs);
  }
  runner.onceMs = ms / runner.runs;
}

/** Counts after warm-up: the cost of a step when a user trains many in a row. */
const count = ({ work, onceMs }: Contender): Promise<StepCounts> =>
  countSteps(
    (steps) => work.run(steps),
    Math.max(1, Math.min(COUNTED_STEPS, Math.floor(COUNTED_MS / onceMs))),
  );

/** `of / samples`, round by round: other load on the machine affects both. */
const paired = (
  samples: readonly number[],
  of: readonly number[] | undefined,
  quotient: (sample: number, other: number) => number,
): Spread | undefined =>
  quartiles(samples.slice(0, of?.length ?? 0).map((sample, round) => quotient(sample, of![round]!)));

/**
 * Medians and quartiles of times and of their quotients.
 * @param ours milliseconds of actigrad's run, one per round
 * @param best least milliseconds at the adapter's ceiling, one per round
 */
export function timingOf(
  contender: Pick<Contender, "peer" | "error" | "remark" | "runs" | "samplesMs" | "counts">,
  ours: readonly number[] | undefined,
  best: readonly number[],
): PeerTiming {
  const { peer, error, remark, runs, samplesMs, counts } = contender;
  const ms = quartiles(samplesMs);
  const ratio = paired(samplesMs, ours, (sample, other) => sample / other);
  const onGpu = !peer.endsWith("-wasm");
  const ofCeiling = onGpu ? paired(samplesMs, best, (sample, least) => least / sample) : undefined;
  return {
    peer,
    error,
    runs,
    samplesMs,
    ...(remark !== "" && { remark }),
    ...(ms && { ms }),
    ...(ratio && { ratio }),
    ...(ofCeiling && { ofCeiling }),
    ...(counts && onGpu && { counts }),
  };
}
