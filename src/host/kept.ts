/** Parts of a job's work that survive a crash: the restarted job gets them back. */
import { fromJson, toJson } from "../core/json.ts";

/** Bytes by name, shared by all starts of one job. */
export interface Kept {
  /** The latest bytes with this name; undefined if there are none. */
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Kept bytes with a count, which shows progress. */
export interface KeptInMemory extends Kept {
  /** Number of calls of `put`. */
  readonly puts: number;
}

/** Keeps bytes as long as this process runs. */
export function keptInMemory(): KeptInMemory {
  const parts = new Map<string, Uint8Array<ArrayBuffer>>();
  let puts = 0;
  return {
    get: async (name) => parts.get(name),
    put: async (name, bytes) => {
      puts++;
      parts.set(name, bytes);
    },
    get puts() {
      return puts;
    },
  };
}

/**
 * Computes a part of a job once: a restarted job gets the kept value. Undefined, and results cut short by a stop, are not kept.
 * @param name unique within the job
 * @param compute returns plain JSON
 */
export async function once<T>(
  { kept, signal }: { readonly kept: Kept; readonly signal: AbortSignal },
  name: string,
  compute: () => Promise<T>,
): Promise<T> {
  const before = await kept.get(name);
  if (before !== undefined) return fromJson(new TextDecoder().decode(before)) as T;
  const value = await compute();
  if (value !== undefined && !signal.aborted) await kept.put(name, new TextEncoder().encode(toJson(value)));
  return value;
}
