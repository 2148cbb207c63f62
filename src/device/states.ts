import type { Executor } from "./executor.ts";

/** Copies everything that a step of this plan changes and the next one reads; returns a function that restores it. */
export async function keepStates({ plan, storage }: Executor): Promise<() => void> {
  const names = plan.buffers.filter(({ role }) => role === "state").map(({ name }) => name);
  const values = await Promise.all(names.map((name) => storage.read(name)));
  return () => {
    for (const [i, name] of names.entries()) storage.write(name, values[i]!);
  };
}
