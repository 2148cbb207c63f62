import type { TaskMeta } from "vitest";

/** What the tests of a project are held to; given to the page by Vitest. */
export interface GpuPolicy {
  /** Whether a GPU is expected: a software adapter then fails every test. */
  readonly hardware: boolean;
  /** Skips the tests where there is no such adapter, instead of failing them. */
  readonly allowNoGpu: boolean;
  /** What becomes of buffers that a test does not destroy. */
  readonly leaks: "report" | "fail" | "ignore";
}

/** What a test tells the summary. */
export interface GpuMeta {
  readonly adapter: string;
  /** Labels and sizes of the buffers that it left. */
  leaks?: readonly { readonly label: string; readonly size: number }[];
}

declare module "vitest" {
  interface TaskMeta {
    /** Of a GPU test. */
    gpu?: GpuMeta;
  }
  interface ProvidedContext {
    gpuPolicy: GpuPolicy;
  }
}

/** "3 buffers, 12 bytes: "a", "b"" */
export function leakText(leaks: NonNullable<NonNullable<TaskMeta["gpu"]>["leaks"]>): string {
  const bytes = leaks.reduce((sum, { size }) => sum + size, 0);
  const labels = [...new Set(leaks.map(({ label }) => (label === "" ? "without a label" : `"${label}"`)))];
  const some = labels.length > 4 ? [...labels.slice(0, 4), "..."] : labels;
  return `${leaks.length} ${leaks.length === 1 ? "buffer" : "buffers"}, ${bytes} bytes: ${some.join(", ")}`;
}
