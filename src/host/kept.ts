/** The parts of a job's work that outlive its browser: whoever restarts the job hands them back. */
import { fromJson, toJson } from "../core/json.ts";

/** Bytes by name, of all starts of one job. */
export interface Kept {
  /** The last bytes with that name; undefined if there are none. */
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** What is kept, and how often. */
export interface KeptInMemory extends Kept {
  /** How often something was kept. */
  readonly puts: number;
}

/** Keeps them as long as this process runs. */
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
 * A cell: a part of a job that is computed once, by whichever start of the job reaches it. Apart from that the job is written as
 * if nothing ever crashed. Results cut short by a stop, and undefined, are not kept.
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
