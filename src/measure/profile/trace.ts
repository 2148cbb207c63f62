import type { Profile } from "./profile.ts";

/** An event of the Trace Event Format: "X" has a duration, "M" names a process or thread. Times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: "X" | "M";
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A file in the Trace Event Format's object form, which Perfetto (ui.perfetto.dev) and chrome://tracing open. */
export interface Trace {
  readonly displayTimeUnit: "ns";
  readonly otherData: Readonly<Record<string, string>>;
  readonly traceEvents: readonly TraceEvent[];
}

const [PROCESS, STEPS, DISPATCHES] = [1, 1, 2];

/** The timed steps of a profile as a timeline: a track of steps, and one of their dispatches with what each one does. */
export function traceOf({ adapter, method, quantumNs, dispatches, timeline }: Profile): Trace {
  const name = [adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(" ");
  const clock = quantumNs === undefined ? method : `${method}, in steps of ${quantumNs} ns`;
  const naming = (what: "process_name" | "thread_name", tid: number, text: string): TraceEvent => ({
    name: what,
    ph: "M",
    pid: PROCESS,
    tid,
    args: { name: text },
  });
  const lasting = (
    tid: number,
    event: string,
    beginUs: number,
    endUs: number,
    args: TraceEvent["args"],
  ): TraceEvent => {
    const cat = tid === STEPS ? "step" : "dispatch";
    return { name: event, cat, ph: "X", pid: PROCESS, tid, ts: beginUs, dur: endUs - beginUs, args };
  };
  const events = timeline.flatMap(({ beginUs, endUs }, step) => [
    lasting(STEPS, `step ${step + 1}`, beginUs[0]!, endUs.at(-1)!, { step: step + 1 }),
    ...dispatches.map(({ label, writes, workgroups, variant, flops, bytes }, i) => {
      const [begin, end] = [beginUs[i]!, endUs[i]!];
      const args = { dispatch: i, writes, workgroups: workgroups.join("x"), flops, bytes };
      return lasting(DISPATCHES, label, begin, end, variant === undefined ? args : { ...args, variant });
    }),
  ]);
  return {
    displayTimeUnit: "ns",
    otherData: { adapter: name, clock },
    traceEvents: [
      naming("process_name", 0, `${name}: ${clock}`),
      naming("thread_name", STEPS, "training steps"),
      naming("thread_name", DISPATCHES, "dispatches"),
      ...events,
    ],
  };
}
