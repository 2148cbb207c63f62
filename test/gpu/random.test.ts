/** shaders/random.wgsl and permute.wgsl give the same bits as core/random.ts. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import permuteWgsl from "../../shaders/permute.wgsl?raw";
import randomWgsl from "../../shaders/random.wgsl?raw";
import { permutation, permutationKey, permute, philox } from "../../src/core/random.ts";

let device: GPUDevice;

beforeAll(async () => {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error("expected a WebGPU adapter, got none");
  device = await adapter.requestDevice();
});
afterAll(() => device.destroy());

/**
 * Runs `body` (WGSL with `i`, `input[]` and `output[]` of u32) once for each i below `threads`, and gives back
 * `perThread * threads` words.
 */
async function compute(body: string, input: Uint32Array<ArrayBuffer>, threads: number, perThread: number) {
  const code = `${randomWgsl}
    ${permuteWgsl}
    @group(0) @binding(0) var<storage, read> input: array<u32>;
    @group(0) @binding(1) var<storage, read_write> output: array<u32>;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      let i = id.x;
      if (i >= ${threads}u) { return; }
      ${body}
    }`;
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
  const bytes = threads * perThread * 4;
  const source = device.createBuffer({
    size: input.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  const target = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });
  const readback = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(source, 0, input);
  const bindings = [source, target].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: bindings });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(Math.ceil(threads / 64));
  pass.end();
  encoder.copyBufferToBuffer(target, 0, readback, 0, bytes);
  device.queue.submit([encoder.finish()]);
  const error = await device.popErrorScope();
  if (error !== null) throw new Error(error.message);
  await readback.mapAsync(GPUMapMode.READ);
  const words = new Uint32Array(readback.getMappedRange().slice(0));
  for (const buffer of [source, target, readback]) buffer.destroy();
  return words;
}

describe("philox_", () => {
  test("has the bits of philox for 5000 counters and keys", async () => {
    const count = 5000;
    const input = new Uint32Array(count * 6);
    for (let i = 0; i < input.length; i += 4)
      input.set(philox([i, 0, 0, 99], [123, 456]).slice(0, input.length - i), i);
    input.fill(0, 0, 6);
    input.fill(0xffffffff, 6, 12);
    const got = await compute(
      `let c = vec4u(input[6 * i], input[6 * i + 1], input[6 * i + 2], input[6 * i + 3]);
       let words = philox_(c, vec2u(input[6 * i + 4], input[6 * i + 5]));
       for (var k = 0u; k < 4u; k++) { output[4 * i + k] = words[k]; }`,
      input,
      count,
      4,
    );
    const want = new Uint32Array(count * 4);
    for (let i = 0; i < count; i++) {
      const [a, b, c, d, k, l] = input.subarray(6 * i, 6 * i + 6);
      want.set(philox([a!, b!, c!, d!], [k!, l!]), 4 * i);
    }
    expect(got).toEqual(want);
    expect(got[0]).toBe(0x6627e8d5); // Random123's known answer for zeros
    expect(got[4]).toBe(0x408f276d); // and for ones
  });
});

describe("permute_", () => {
  const body = "output[i] = permute_(i, input[0], vec2u(input[1], input[2]));";

  test.each([1, 2, 3, 5, 7, 100, 1000, 60000, 65536, 65537])(
    "has the bits of permute for n = %d",
    async (n) => {
      const got = await compute(body, Uint32Array.from([n, ...permutationKey(4, n)]), n, 1);
      expect(got).toEqual(permutation(n, 4, n));
    },
  );

  test.each([1000000, 2 ** 31 + 1, 2 ** 32 - 1])(
    "has the bits of permute for samples of n = %d",
    async (n) => {
      const count = 10000;
      const indices = Uint32Array.from({ length: count }, (_, k) => Math.floor((k * (n - 1)) / (count - 1)));
      const got = await compute(
        "output[i] = permute_(input[3 + i], input[0], vec2u(input[1], input[2]));",
        Uint32Array.from([n, ...permutationKey(2 ** 40, 7), ...indices]),
        count,
        1,
      );
      expect(got).toEqual(indices.map((index) => permute(index, n, 2 ** 40, 7)));
    },
  );

  test("an index from outside comes back unchanged, and ends", async () => {
    const got = await compute(body, Uint32Array.from([5, 1, 2]), 12, 1);
    expect([...got.subarray(5)]).toEqual([5, 6, 7, 8, 9, 10, 11]);
    expect([...got.subarray(0, 5)].toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});
