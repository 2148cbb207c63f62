import type { TaskMeta } from "vitest";

/** The policy for the tests of a project; Vitest passes it to the page. */
export interface GpuPolicy {
  /** Whether a GPU is expected: every test then fails on a software adapter. */
  readonly hardware: boolean;
  /** Skips tests without such an adapter instead of failing them. */
  readonly allowNoGpu: boolean;
  /** What happens if a test leaves buffers. */
  readonly leaks: "report" | "fail" | "ignore";
}

/** What a test reports to the summary. */
export interface GpuMeta {
  readonly adapter: string;
  /** Labels and sizes of the buffers that the test left. */
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
