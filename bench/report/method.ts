/** How the figures came about, as a reader needs it to trust them or to do it again. */
import { figure, whole } from "../format.ts";
import type { BenchResult } from "../result.ts";
import { html, type Markup } from "./markup.ts";

export function howMeasured({ options, kernels, training, adapter }: BenchResult): Markup {
  const items: string[] = [];
  if (options.suites.includes("kernels")) {
    const checked = kernels[0]?.rows.find((row) => row.exactness !== undefined)?.exactness?.checked;
    items.push(
      "Each activation's forward kernel reads x and writes y. Backward is a dispatch of its own, as a training " +
        "without fusion would run it: it reads what the activation saved (x or y) and the incoming gradient, and " +
        "writes the outgoing one. The copy is the same kernel with nothing to compute; all work on the same tensors.",
      `Before anything was timed, ${checked === undefined ? "a sample" : `${whole(checked)} elements`} of every result ` +
        "were compared with float64; a wrong kernel would have ended the bench.",
      "Pipelines were compiled and warm. A sample is as many runs as fill about " +
        `${options.kernels.sampleMs} ms, up to 64 in a submit; the time that submitting next to nothing takes ` +
        `(${figure(kernels[0]?.waitMs ?? 0)} ms) is taken off, so that the latency of a submit does not count. ` +
        `${options.kernels.rounds} rounds; each samples all kernels in another order, so that what else the machine ` +
        "did fell on all of them alike. Given are medians and quartiles.",
      "GB/s counts the bytes that the kernel really reads and writes (8 an element forward, 20 forward and " +
        "backward; identity 16, as its derivative reads nothing). A tensor of 1M elements is 4 MiB and may stay in a cache.",
    );
  }
  if (training !== undefined) {
    const { seeds, batch, lr, steps, trainRows, sizes } = training;
    items.push(
      `Training: a network ${sizes.join("-")}, the activation after every hidden layer, Adam with learning rate ${lr}, ` +
        `batches of ${batch} from ${whole(trainRows)} rows, ${whole(steps)} steps. All activations saw the same batches ` +
        `in the same order. ${seeds.length > 1 ? "The seeds" : "The seed"} ${seeds.join(", ")} of the starting weights ` +
        `${seeds.length > 1 ? "are replicas trained at once in one recorded step." : "is the only one: no interval."}`,
      "The starting weights are drawn as fits the activation (He or Glorot). One learning rate for all is no " +
        "activation's best: this compares them at a usual setting.",
      "Milliseconds a step: time between two submits' returns divided by their steps; the first submits, which warm " +
        "up, are left out. Compiling is not counted. The trainings run one after another, so what else the machine does " +
        "shows in these: small differences between activations mean nothing, and none is marked as best.",
    );
  }
  if (adapter.software)
    items.push("The adapter computes on the CPU: all times depend on what else it had to do.");
  items.push("The JSON file beside this report holds the raw samples and every step's loss.");
  return html`<ul>
    ${items.map((text) => html`<li>${text}</li>`)}
  </ul>`;
}
