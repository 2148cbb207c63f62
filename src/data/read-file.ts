import { ActigradError } from "../core/errors.ts";
import { gunzip } from "./formats/gzip.ts";
import type { DatasetHost } from "./host.ts";

/** A file, unpacked. @throws ActigradError "file" if it cannot be read, "format" if it is damaged */
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
