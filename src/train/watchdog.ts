import { checkNumber } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Executor } from "../device/executor.ts";

/** Options of `watchdog`. */
export interface WatchdogOptions {
  /** Seconds within which at least one of the submits in flight must return. Default 30. */
  readonly seconds?: number;
}

/** Watches what an executor submits, until the returned function is called: `watchdog()`. */
export type Watchdog = (executor: Executor) => () => void;

/** Work in flight: some dispatches of a step. */
interface Sent {
  readonly from: number;
  readonly to: number;
}

/**
 * Gives up on a device that stops answering (an endless kernel, a hanging driver): the call fails with "device-lost", which names
 * the last dispatches given to it, those with the most work first; a trainer with `recovery` continues on another device. A step
 * longer than a second is split into several submits, and the first step into one per dispatch, so that a long step is not
 * mistaken for an endless one.
 *
 *     await trainer.fit(data, { epochs: 5, watchdog: watchdog({ seconds: 10 }) });
 *
 * @throws ActigradError "option" for invalid seconds
 */
export function watchdog(options: WatchdogOptions = {}): Watchdog {
  checkOptions("watchdog", options, ["seconds"]);
  const { seconds = 30 } = options;
  checkNumber("watchdog: seconds", seconds, { above: 0 });
  return (executor) => {
    const { gpu } = executor.storage;
    const away = new Set<Sent>();
    let [lastSign, device] = [performance.now(), gpu.device];
    const back = async (sent: Sent): Promise<void> => {
      await gpu.device.queue.onSubmittedWorkDone().catch(() => undefined);
      away.delete(sent);
      lastSign = performance.now();
    };
    executor.sent = (from, to) => {
      if (device !== gpu.device) away.clear();
      device = gpu.device;
      if (away.size === 0) lastSign = performance.now();
      const sent = { from, to };
      away.add(sent);
      void back(sent);
    };
    const look = (): void => {
      const [oldest] = away;
      if (oldest === undefined || device !== gpu.device) return;
      if (performance.now() - lastSign < seconds * 1000) return;
      away.clear();
      gpu.lose(device, notBack(executor, oldest, seconds));
    };
    const timer = setInterval(look, Math.min(1000, seconds * 250));
    return () => {
      clearInterval(timer);
      executor.sent = undefined;
    };
  };
}

/** Number of dispatches that a message names. */
const NAMED = 5;

function notBack({ plan }: Executor, { from, to }: Sent, seconds: number): ActigradError {
  const largest = plan.dispatches
    .slice(from, to)
    .toSorted((a, b) => b.flops + b.bytes - (a.flops + a.bytes))
    .map(({ label }) => label);
  const more = largest.length > NAMED ? `, and ${largest.length - NAMED} more` : "";
  const what = `nothing came back from the GPU in ${seconds} s; it was running ${largest.slice(0, NAMED).join(", ")}${more}`;
  return new ActigradError("device-lost", what, {
    hint: "look for an endless loop in your own WGSL, or make the step smaller",
    reason: what,
    dispatches: largest,
  });
}
