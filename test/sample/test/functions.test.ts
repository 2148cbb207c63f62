import { type WgslFunction, gradcheck, sweep, wgsl } from "actigrad/testing";
import "actigrad/testing/expect";
import { mul } from "actigrad/ops";
import { expect, test } from "vitest";

const source = wgsl(`
struct Ray { origin: vec3f, ahead: vec3f, bounces: u32 }
fn square(x: f32) -> f32 { return x * x; }
fn mix3(a: vec3f, b: vec3f, t: f32) -> vec3f { return a + t * (b - a); }
fn half(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(0.5 * x) + 30u); }
fn advance(ray: Ray, t: f32) -> Ray { return Ray(ray.origin + t * ray.ahead, ray.ahead, ray.bounces + 1u); }
@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<uniform> factor: f32;
@compute @workgroup_size(4) fn scale(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&sums)) { sums[id.x] += factor * source[id.x]; }
}`);
const xs = Float32Array.from({ length: 100 }, (_, i) => 0.1 + i / 7);

test("square", async () => {
  const square = await source.fn("square", "f32 -> f32");
  expect(await square(xs)).toBeWithinUlp(
    xs.map((x) => x * x),
    1,
  );
  const { count, ulp } = await sweep(square, (x) => x * x, { every: 2 ** 20, random: 100 });
  expect(count).toBe(2 ** 12 + 125);
  expect(ulp).toBeLessThanOrEqual(1);
});

test("vectors and structs", async () => {
  const mix = await source.fn("mix3", "vec3f, vec3f, f32 -> vec3f");
  const mixed = await mix([0, 0, 0, 1, 1, 1], [2, 4, 8, 3, 3, 3], [0.5, 0.25]);
  expect(mixed).toBeBitEqual([1, 2, 4, 1.5, 1.5, 1.5]);
  const advance = await source.fn("advance", "Ray, f32 -> Ray");
  const ray = { origin: [1, 2, 3], ahead: [0, 0, 1], bounces: 4 };
  expect(await advance([ray], [2])).toEqual([{ origin: [1, 2, 5], ahead: [0, 0, 1], bounces: 5 }]);
});

test("half, wrong by 30 ulp", async () => {
  const half: WgslFunction<Float32Array> = await source.fn("half", "f32 -> f32");
  expect(await half(xs)).toBeWithinUlp(
    xs.map((x) => x / 2),
    4,
  );
});

test("a kernel with its buffers", async () => {
  const scale = await source.kernel("scale");
  const buffers = {
    source: Float32Array.of(1, 2, 3),
    sums: Float32Array.of(10, 20, 30),
    factor: Float32Array.of(2),
  };
  const { sums } = await scale(buffers, 1);
  expect(sums).toBeBitEqual([12, 24, 36]);
});

test("what does not compile is told with its line", async () => {
  const wrong = wgsl("fn ok(x: f32) -> f32 { return x; }\nfn wrong(x: f32) -> f32 { return y; }");
  await expect(wrong.fn("wrong", "f32 -> f32")).rejects.toThrow(/WGSL, line 2: [^]*2 \| fn wrong[^]*\^/);
  await expect(wrong.fn("ko", "f32 -> f32")).rejects.toThrow(/did you mean "ok"/);
  await expect(source.fn("square", "vec3f -> f32")).rejects.toThrow(/rejects the call/);
});

test("a derivative", () => {
  expect(gradcheck((x) => mul(x!, x!), { shapes: [[1, 2, 3]] })).toMatchObject({ pass: true, count: 6 });
});
