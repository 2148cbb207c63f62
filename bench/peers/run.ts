/** The part of the comparison that runs in the page: limits, then case by case. */
import type { Gpu } from "../../src/index.ts";
import { measureLimits } from "../../src/measure/limits/measure.ts";
import { Gauges, gaugeSpecs, type GaugeSpec } from "../../src/measure/limits/gauges.ts";
import type { LimitsResult } from "../../src/measure/limits/result.ts";
import type { Observer } from "../suite.ts";
import { actigradPeer } from "./actigrad.ts";
import { plan, type Planned } from "./matchups.ts";
import { jaxPeer } from "./jax.ts";
import type { Peer } from "./peer.ts";
import type { PeerCase, PeersOptions, PeersResult } from "./result.ts";
import { tfjsPeer } from "./tfjs.ts";

/** Compares the peers, each on its own device. If stopped, returns the finished cases. */
export async function comparePeers(
  gpu: Gpu,
  options: PeersOptions,
  observer: Observer,
): Promise<PeersResult> {
  const { signal, progress, begin, once } = observer;
  const todo = plan(options);
  const nothing: PeersResult = { options, versions: {}, cases: [], smallest: [] };
  if (todo.length === 0) return nothing;

  const start = performance.now();
  const of = { rounds: options.rounds.least, sampleMs: options.sampleMs / 2 };
  const limits = await once("limits", () => measureLimits(gpu, of, { signal, begin, done: () => undefined }));
  progress.advance("peers limits", 1, (performance.now() - start) / 1000);
  if (signal.aborted) return nothing;

  const peers = await openPeers(gpu, options.wasm);
  const cases: PeerCase[] = [];
  const gauges = new Gauges(gpu);
  try {
    for (const [i, { about, time }] of todo.entries()) {
      begin(`comparing ${i + 1} of ${todo.length}: ${about.title}`);
      const from = performance.now();
      const timings = await once(`${about.kind} ${about.title}`, async () => {
        const yardstick = await gauges.open(yardstickFor(about, gpu, limits));
        return time(peers, yardstick, options, signal);
      });
      if (signal.aborted) break;
      progress.advance(`peers ${about.kind}`, 1, (performance.now() - from) / 1000);
      cases.push({ ...about, timings });
    }
  } finally {
    gauges.dispose();
  }
  return { ...nothing, limits, cases };
}

/** The fastest gauge of the same kind of work and, for copies, of the closest size. */
function yardstickFor(
  { bytes }: Planned["about"],
  gpu: Gpu,
  { multiplyAdd, copies }: LimitsResult,
): GaugeSpec {
  const distance = (elements: number): number => Math.abs(Math.log(elements / (bytes! / 8)));
  const copy = copies.toSorted((a, b) => distance(a.elements) - distance(b.elements))[0]!;
  return gaugeSpecs(gpu.adapter.software).find(({ what, how, elements }) =>
    bytes === undefined
      ? what === "multiplyAdd" && how === multiplyAdd!.how
      : what === "kernel" && elements === copy.elements && how === copy.kernel!.how,
  )!;
}

async function openPeers(gpu: Gpu, wasm: boolean): Promise<Peer[]> {
  const onGpu = [actigradPeer(gpu), await tfjsPeer("webgpu"), await jaxPeer("webgpu")];
  return wasm ? [...onGpu, await tfjsPeer("wasm", await wasmFiles()), await jaxPeer("wasm")] : onGpu;
}

/** URLs of the TensorFlow.js wasm backend's files on the page's server. */
async function wasmFiles(): Promise<Record<string, string>> {
  const files = {
    "tfjs-backend-wasm.wasm": import("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url"),
    "tfjs-backend-wasm-simd.wasm":
      import("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url"),
    "tfjs-backend-wasm-threaded-simd.wasm":
      import("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url"),
  };
  const urls: Record<string, string> = {};
  for (const [name, file] of Object.entries(files))
    urls[name] = new URL((await file).default, location.href).href;
  return urls;
}
