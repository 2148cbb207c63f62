import { beforeEach, inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** ACTIGRAD_ALLOW_NO_GPU=1: without an adapter the GPU tests are skipped instead of failing. */
    allowNoGpu: boolean;
    /** How many random sequences of calls are tried: `npm run sequences` tries 500. */
    sequences: number;
  }
}

const adapter = await navigator.gpu?.requestAdapter();

beforeEach(({ task, skip }) => {
  if (adapter) {
    const { vendor, architecture, description } = adapter.info;
    task.meta.adapter = [vendor, architecture, description].filter(Boolean).join(" ");
  } else {
    skip(inject("allowNoGpu"), "no WebGPU adapter, and ACTIGRAD_ALLOW_NO_GPU=1");
    throw new Error("no WebGPU adapter: navigator.gpu.requestAdapter() gave none");
  }
});
