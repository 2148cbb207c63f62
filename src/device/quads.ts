/** Quads of four neighbouring invocations, where a subgroup is exactly that: on software adapters. */

/**
 * Whether an adapter's subgroups are quads. On other adapters, loads shared by all invocations cost nothing extra, so an exchange
 * would gain nothing.
 */
export const hasQuads = ({ features, info }: GPUAdapter): boolean =>
  features.has("subgroups") && info.subgroupMinSize === 4 && info.subgroupMaxSize === 4;

const INVOCATIONS = 16;
const probe = /* wgsl */ `
enable subgroups;
@group(0) @binding(0) var<storage, read_write> found: array<vec4u>;
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(local_invocation_index) lane: u32) {
  found[lane] = vec4u(quadBroadcast(quadSwapX(lane), 0u), quadBroadcast(quadSwapY(lane), 1u), quadBroadcast(quadSwapDiagonal(lane), 2u), quadBroadcast(lane, 3u));
}`;

/**
 * Tests the exchange: each invocation must find the numbers 1, 3, 1 and 3 of its quad, from invocations 0 to 3 by way of their
 * neighbours.
 */
export async function exchangesInQuads(device: GPUDevice): Promise<boolean> {
  const [storage, copySource, copyTarget, mapRead] = [0x80, 0x4, 0x8, 0x1]; // GPUBufferUsage, which Node lacks
  const size = INVOCATIONS * 16;
  const found = device.createBuffer({ size, usage: storage | copySource });
  const read = device.createBuffer({ size, usage: copyTarget | mapRead });
  device.pushErrorScope("validation");
  try {
    const module = device.createShaderModule({ code: probe });
    const compute = { module, entryPoint: "main" };
    const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute });
    const layout = pipeline.getBindGroupLayout(0);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: found } }] }),
    );
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(found, 0, read, 0, size);
    device.queue.submit([encoder.finish()]);
    await read.mapAsync(0x1);
    return new Uint32Array(read.getMappedRange()).every((lane, i) => lane === (i >> 4) * 4 + 1 + 2 * (i & 1));
  } catch {
    return false; // rejected: there are other kernels
  } finally {
    void device.popErrorScope();
    found.destroy();
    read.destroy();
  }
}
