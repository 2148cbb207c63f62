import { expect, test } from "vitest";
import { measureLimits } from "../../src/measure/limits/measure.ts";
import { Gauges, gaugeSpecs } from "../../src/measure/limits/gauges.ts";
import { device } from "../../src/index.ts";

const observer = { signal: new AbortController().signal, begin: () => undefined, done: () => undefined };

test("every limit is measured, and is a possible one", async () => {
  const gpu = await device();
  const found = await measureLimits(gpu, { rounds: 3, sampleMs: 2 }, observer);
  gpu.dispose();
  const { multiplyAdd, copies, dispatchUs, submitUs, readbackUs } = found;
  const spreads = [
    multiplyAdd!.of,
    ...copies.flatMap(({ kernel, buffer }) => [kernel!.of, buffer!]),
    dispatchUs!,
    submitUs!,
    readbackUs!,
  ];
  expect(spreads).toHaveLength(8);
  for (const { low, median, high } of spreads) {
    expect(low).toBeGreaterThan(0);
    expect(median).toBeGreaterThanOrEqual(low);
    expect(high).toBeGreaterThanOrEqual(median);
    expect(high).toBeLessThan(1e9);
  }
  expect(multiplyAdd!.how).toMatch(/chains of vec4f$/);
});

test("stopped, it gives what it has", async () => {
  const gpu = await device();
  const stop = new AbortController();
  const found = await measureLimits(
    gpu,
    { rounds: 50, sampleMs: 1 },
    { ...observer, signal: stop.signal, begin: (doing) => /round 2 of/.test(doing) && stop.abort() },
  );
  gpu.dispose();
  expect(found.multiplyAdd!.of.median).toBeGreaterThan(0);
});

test("a gauge that computes something else is found out", async () => {
  const gpu = await device();
  const gauges = new Gauges(gpu);
  for (const what of ["multiplyAdd", "kernel"] as const) {
    const spec = gaugeSpecs(gpu.adapter.software).find((spec) => spec.what === what)!;
    const right = await gauges.open(spec);
    await right.check();
    const wgsl = spec.wgsl!.replace(/(out\[.*\] = )(.*);/, "$1($2) * 1.01;");
    expect(wgsl).not.toBe(spec.wgsl);
    const wrong = await gauges.open({ ...spec, wgsl });
    await expect(wrong.check()).rejects.toThrow(/limits: .* gives .* not/);
  }
  gauges.dispose();
  gpu.dispose();
});
