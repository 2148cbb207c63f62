/** Files on the disk: read with typed errors, written atomically, so that a reader sees the old bytes or the new. */
import { constants, existsSync } from "node:fs";
import { access, mkdir, readFile, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ActigradError } from "../core/errors.ts";
import { toJson } from "../core/json.ts";

/** @throws ActigradError "file" */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    throw fileError("read", path, error);
  }
}

/**
 * Writes beside the file and renames it into place. Creates the folder if it is missing, and removes drafts of this file left by
 * killed processes.
 * @throws ActigradError "file"
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  let target = resolve(path);
  try {
    await makeFolder(dirname(target));
    const existing = await stat(target).catch(() => undefined);
    if (existing !== undefined) target = await realpath(target); // write through a link, do not replace it
    if (existing !== undefined && !existing.isFile()) {
      await writeFile(target, content); // a device such as /dev/stdout; a folder fails here
      return;
    }
    await removeStaleDrafts(target);
    const draft = `${target}.${process.pid}.draft`;
    try {
      await writeFile(draft, content);
      await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
  } catch (error) {
    throw fileError("write", path, error);
  }
}

/** Removes drafts of a file whose process is gone; a running one may be writing the same file. */
async function removeStaleDrafts(target: string): Promise<void> {
  const start = `${basename(target)}.`;
  for (const name of await readdir(dirname(target)).catch(() => [])) {
    const [, pid] = (name.startsWith(start) && /^(\d+)\.draft$/.exec(name.slice(start.length))) || [];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(dirname(target), name), { force: true });
  }
}

/** Whether a process with this ID is running. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Creates a folder and those above it, step by step: Node's recursive mkdir never returns for an impossible folder, such as one
 * in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  const present = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (present) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // another process created it first
  });
}

/**
 * Fails early if a file cannot be written, before minutes of work.
 * @throws ActigradError "file"
 */
export async function expectWritable(path: string): Promise<void> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new ActigradError("file", `cannot write ${path}: ${reason}`, {
      hint: "choose another file",
      cause,
    });
  };
  const writable = (place: string): Promise<void> =>
    access(place, constants.W_OK).catch((cause: unknown) => refuse(`${place} is not writable`, cause));
  const target = resolve(path);
  const existing = await stat(target).catch(() => undefined);
  if (existing?.isDirectory() === true) refuse("it is a folder");
  if (existing !== undefined) await writable(target);
  if (existing?.isFile() === false) return; // a device such as /dev/stdout
  let folder = dirname(target);
  while (!existsSync(folder)) folder = dirname(folder); // missing folders are created when the file is written
  if (!(await stat(folder)).isDirectory()) refuse(`${folder} is a file`);
  await writable(folder);
}

/** @throws ActigradError "file" */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAtomic(path, `${toJson(value, { indent: 2 })}\n`);
}

/** Whether `path` is `folder` or lies in it. */
export function contains(folder: string, path: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return !isAbsolute(way) && way.split(sep)[0] !== "..";
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a part of the path is a file",
  ENOSPC: "the disk is full",
};

/** Why an operation on a file failed, in words. */
export const reasonOf = (error: unknown): string =>
  reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? String(error);

/** A file error as a typed error. */
export function fileError(verb: "read" | "write", path: string, cause: unknown): ActigradError {
  return new ActigradError("file", `cannot ${verb} ${path}: ${reasonOf(cause)}`, { cause, path });
}
