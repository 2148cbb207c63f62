import { ActigradError } from "../../core/errors.ts";
import { type Gpu, delay } from "../context.ts";

/** Milliseconds that an adapter may take to answer; a hung one takes longer. */
const OPEN_MS = 15_000;

const renewals = new WeakMap<Gpu, Promise<void>>();

/** Opens another device to replace a lost one, once for all callers. @throws ActigradError "no-gpu"; "limit" if it offers less */
export function renew(gpu: Gpu): Promise<void> {
  const known = renewals.get(gpu);
  if (known !== undefined) return known;
  const renewal = openAnother(gpu).finally(() => renewals.delete(gpu));
  renewals.set(gpu, renewal);
  return renewal;
}

async function openAnother(gpu: Gpu): Promise<void> {
  if (isUsable(gpu)) return;
  const before = gpu.limits;
  const none = new ActigradError("no-gpu", `no adapter within ${OPEN_MS / 1000} s`);
  gpu.adopt(await Promise.race([gpu.open(), delay(OPEN_MS).then(() => Promise.reject(none))]));
  const now = gpu.limits;
  const lesser = Object.entries(before).find(
    ([name, had]) => Number(now[name as keyof typeof now]) < Number(had),
  );
  if (lesser === undefined) return;
  const [name, had] = lesser;
  const message = `the new adapter offers ${name} = ${now[name as keyof typeof now]}, the lost one had ${had}`;
  throw new ActigradError("limit", message);
}

function isUsable(gpu: Gpu): boolean {
  try {
    gpu.assertUsable();
    return true;
  } catch {
    return false;
  }
}
