import { ActigradError } from "../../core/errors.ts";
import { device, type AdapterInfo } from "../../index.ts";
import type { JobContext } from "../../host/job.ts";

export interface DoctorResult {
  readonly host: string;
  readonly adapter: AdapterInfo;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** Says who would compute: opens a device, and gives what the adapter offers beyond it. */
export async function doctor(context: JobContext<never>, _options: object): Promise<DoctorResult> {
  const opened = await device({ gpu: context.gpu });
  const adapter = await context.gpu.requestAdapter({ powerPreference: "high-performance" });
  opened.dispose();
  if (adapter === null) throw new ActigradError("no-gpu", "the adapter went away");
  const limits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value: unknown = Reflect.get(adapter.limits, name);
    if (typeof value === "number") limits[name] = value;
  }
  return { host: context.host, adapter: opened.adapter, features: [...adapter.features].toSorted(), limits };
}
