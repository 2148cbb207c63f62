import { checkNumber } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Journal } from "../device/journal.ts";
import type { Storage } from "../device/storage.ts";
import { LastingJournal } from "../device/recovery/lasting-journal.ts";

/** Argument of `onRecovered`. */
export interface Recovered {
  /** How the device was lost, in the words of the browser or the driver. */
  readonly reason: string;
  /** Steps trained so far; none is lost. */
  readonly step: number;
  /** Milliseconds from the loss until all steps since the last snapshot were done again. */
  readonly lostMs: number;
  /** Of these, milliseconds in which the new device compiled the kernels again. */
  readonly compileMs: number;
}

/** Options of `recovery`. */
export interface RecoveryOptions {
  /** Seconds of work between two snapshots. A loss costs at most that much work, besides opening a new device. Default 5. */
  readonly everySeconds?: number;
  /** Attempts to get a new device before giving up. Default 5, in about ten seconds. */
  readonly attempts?: number;
  /** Called when training resumes after a loss. */
  readonly onRecovered?: (recovered: Recovered) => void;
}

/** How a trainer survives the loss of its device: `recovery()`. */
export type Recovery = (storage: Storage, step: () => number) => Journal;

/**
 * Lets a trainer continue by itself when its device is lost (a crashed GPU process, a restarting driver):
 *
 *     const trainer = await Trainer.create(gpu, { model, loss, optimizer, batch, recover: recovery() });
 *
 * The host logs everything that the trainer does on the device. Every few seconds, between two submits and without stopping
 * training, it copies a snapshot of the device's contents. After a loss it opens another device, restores the snapshot, and
 * replays what was done since: results have the same bits as without the loss, and pending calls complete. Trainers of one `Gpu`
 * share the new device; those without recovery keep failing with "device-lost". The host's memory holds the snapshot, and the
 * batches, rows and weights passed in since. A dataset's arrays must not change.
 * @throws ActigradError "option" for invalid seconds or attempts
 */
export function recovery(options: RecoveryOptions = {}): Recovery {
  checkOptions("recovery", options, ["everySeconds", "attempts", "onRecovered"]);
  const { everySeconds = 5, attempts = 5, onRecovered } = options;
  checkNumber("everySeconds", everySeconds, { above: 0 });
  if (!Number.isSafeInteger(attempts) || attempts < 1)
    throw new ActigradError("option", `attempts must be a whole number of at least 1, got ${attempts}`);
  return (storage, step) =>
    new LastingJournal(storage, {
      everyMs: everySeconds * 1000,
      attempts,
      onRecovered: (reason, lostMs, compileMs) => onRecovered?.({ reason, step: step(), lostMs, compileMs }),
    });
}
