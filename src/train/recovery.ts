import { checkNumber } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Journal } from "../device/journal.ts";
import type { Storage } from "../device/storage.ts";
import { LastingJournal } from "../device/recovery/lasting-journal.ts";

/** What `onRecovered` is told. */
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
  /** Seconds of work between two snapshots, which is what a loss costs at most beside a new device. Default 5. */
  readonly everySeconds?: number;
  /** Devices asked for, one after another, before it gives up. Default 5, in about ten seconds. */
  readonly attempts?: number;
  /** Told when training goes on after a loss. */
  readonly onRecovered?: (recovered: Recovered) => void;
}

/** How a trainer survives the loss of its device: `recovery()`. */
export type Recovery = (storage: Storage, step: () => number) => Journal;

/**
 * Makes a trainer go on by itself when its device is lost (a crashed GPU process, a driver that starts anew):
 *
 *     const trainer = await Trainer.create(gpu, { model, loss, optimizer, batch, recover: recovery() });
 *
 * Everything that the trainer does on the device is noted on the host, and every few seconds a snapshot of what the device
 * holds is copied back between two submits, without stopping it. After a loss another device is opened, the snapshot is put
 * there, and what was done since is done again: results have the same bits as if nothing had happened, and calls that were
 * waiting get theirs. Trainers of one `Gpu` share the new device; those without recovery keep failing with "device-lost".
 * What the host holds for it: the snapshot, and batches, rows and weights that were handed over since. A dataset's arrays
 * must not change.
 * @throws ActigradError "option" for seconds or attempts that are none
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
