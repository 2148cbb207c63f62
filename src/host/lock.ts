/** One writer per file: two processes that write the same file would lose each other's results. */
import { rmSync } from "node:fs";
import { link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ActigradError } from "../core/errors.ts";
import { expectWritable, fileError, isRunning, makeFolder } from "./files.ts";

const lockOf = (path: string): string => `${resolve(path)}.lock`;

/**
 * Locks files for this process until it ends or the returned function is called. A lock names its process; a lock whose process is
 * gone is taken over.
 * @throws ActigradError "file" if a file cannot be written or another process has locked it; then none is locked
 */
export async function lockFiles(paths: readonly string[]): Promise<() => void> {
  const locks: string[] = [];
  const release = (): void => {
    process.off("exit", release);
    for (const lock of locks.splice(0)) rmSync(lock, { force: true });
  };
  process.once("exit", release);
  try {
    for (const path of new Set(paths.map((path) => resolve(path)))) {
      await expectWritable(path);
      const device = await stat(path).then(
        (entry) => !entry.isFile(),
        () => false,
      );
      if (device) continue; // several processes may write to /dev/stdout
      await lock(path);
      locks.push(lockOf(path));
    }
    return release;
  } catch (error) {
    release();
    throw error;
  }
}

async function lock(path: string): Promise<void> {
  await makeFolder(dirname(path));
  const [target, own] = [lockOf(path), `${lockOf(path)}.${process.pid}`];
  try {
    await writeFile(own, String(process.pid));
    // A link appears together with its content, so nobody sees a lock that names no process.
    while (!(await linked(own, target))) {
      const text = await readFile(target, "utf8").catch(() => undefined);
      if (text === undefined) continue; // the lock has just been removed
      const owner = Number(text);
      if (owner > 0 && owner !== process.pid && isRunning(owner)) {
        throw new ActigradError("file", `cannot write ${path}: process ${owner} is writing it`, {
          hint: "wait for it, or choose another file",
        });
      }
      await rm(target, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Whether the lock was created; false if there is one already. */
async function linked(from: string, to: string): Promise<boolean> {
  const isThere = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EEXIST";
  try {
    // Some file systems have no links; there the lock is briefly empty.
    await link(from, to).catch((error: unknown) => {
      if (isThere(error)) throw error;
      return writeFile(to, String(process.pid), { flag: "wx" });
    });
    return true;
  } catch (error) {
    if (isThere(error)) return false;
    throw fileError("write", to, error);
  }
}
