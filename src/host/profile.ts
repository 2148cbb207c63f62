/** The browser's profile folder: one per launch, removed when its process ends. */
import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning } from "./files.ts";

/** The name contains the process ID, so that profiles left by killed processes can be removed. */
const named = /^actigrad-profile-(\d+)-/;

/** Retries, because a dying browser may still be writing. */
const thoroughly = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 } as const;

/** Creates an empty folder for this process, and removes those of processes that are gone. */
export async function newProfile(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = named.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(tmpdir(), name), thoroughly).catch(() => undefined); // belongs to another user
  }
  return mkdtemp(join(tmpdir(), `actigrad-profile-${process.pid}-`));
}

/** Removes a profile when the process ends. */
export function keepProfile(profile: string): {
  /** Call once the browser runs: puppeteer then kills it first, since it would write to the profile again. */
  browserRuns(): void;
  /** Removes the profile now. */
  remove(): Promise<void>;
} {
  const atExit = (): void => {
    try {
      rmSync(profile, thoroughly);
    } catch {
      // The next launch removes it.
    }
  };
  process.once("exit", atExit);
  return {
    browserRuns() {
      process.off("exit", atExit);
      process.once("exit", atExit);
    },
    async remove() {
      try {
        await rm(profile, thoroughly);
        process.off("exit", atExit);
      } catch {
        // The browser is still dying; retried when the process ends.
      }
    },
  };
}
