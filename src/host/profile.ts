/** The folder in which a browser keeps what it needs: one for each launch, gone when its process is. */
import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning } from "./files.ts";

/** Names tell whose it is: a process that was killed could not remove its own. */
const named = /^actigrad-profile-(\d+)-/;

/** A dying browser may still be writing. */
const thoroughly = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 } as const;

/** An empty folder of this process; those of processes that are gone are removed. */
export async function newProfile(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = named.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(tmpdir(), name), thoroughly).catch(() => undefined); // another user's
  }
  return mkdtemp(join(tmpdir(), `actigrad-profile-${process.pid}-`));
}

/** Removes a profile when the process ends. */
export function keepProfile(profile: string): {
  /** Call it once the browser runs: puppeteer then kills the browser first, which would write into the profile again. */
  browserRuns(): void;
  /** Removes it before that. */
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
        // Its browser takes long to die: tried once more when the process ends.
      }
    },
  };
}
