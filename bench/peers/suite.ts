import { ActigradError } from "../../src/index.ts";
import { limitsTable } from "../limits/table.ts";
import { html } from "../../src/report/markup.ts";
import { tableHtml } from "../../src/report/table.ts";
import type { Suite } from "../suite.ts";
import { ratioChart } from "./chart.ts";
import { peersOptions } from "./options.ts";
import { titles, type PeerName, type PeersOptions, type PeersResult } from "./result.ts";
import { caseTable, countsTable, kindNames, kinds, peersTables, smallestTable } from "./table.ts";

const counts = ({ activations, elements, matmuls, convs, trainings }: PeersOptions) => ({
  training: trainings.length,
  matmul: matmuls.length,
  convolution: convs.length,
  activation: activations.length * elements.length * 2,
});

/** The engine compared with TensorFlow.js and jax-js, in one page on one adapter. */
export const peers: Suite<PeersOptions, PeersResult> = {
  help: "compared with TensorFlow.js and jax-js, in one page",
  options: peersOptions,
  prepare(options, { compare }) {
    if (compare === undefined) {
      throw new ActigradError("option", "the suite peers needs a page that carries the peers", {
        hint: "run it in headless Chrome from the repository: npm run bench -- --suite peers",
      });
    }
    return {
      expect(progress) {
        const { caseSeconds } = options;
        const units = counts(options);
        if (kindNames.some((kind) => units[kind] > 0)) progress.add("peers limits", 1, 6);
        const guess = {
          training: caseSeconds * 8,
          matmul: caseSeconds * 2,
          convolution: caseSeconds * 3,
          activation: caseSeconds * 1.5,
        };
        for (const kind of kindNames) progress.add(`peers ${kind}`, units[kind], guess[kind]);
      },
      run: (gpu, observer) => compare(gpu, options, observer),
    };
  },
  tables: peersTables,
  report(result) {
    const { cases, limits, smallest } = result;
    if (cases.length === 0 && smallest.length === 0) return undefined;
    const calls = countsTable(cases);
    return html`<h2>Compared with TensorFlow.js and jax-js</h2>
      ${kindNames.map((kind) => {
        const own = cases.filter((each) => each.kind === kind);
        return own.length === 0
          ? html``
          : html`<h3>${kinds[kind]}</h3>
              ${ratioChart(own)} ${tableHtml(caseTable(kind, own))}`;
      })}
      ${
        calls.rows.length === 0
          ? undefined
          : html`<h3>${calls.title}</h3>
              ${tableHtml(calls)}`
      }
      ${
        smallest.length === 0
          ? undefined
          : html`<h3>${smallestTable(result).title}</h3>
              ${tableHtml(smallestTable(result))}`
      }
      ${
        limits === undefined
          ? undefined
          : html`<h3>The adapter's limits, measured at the start</h3>
              ${tableHtml(limitsTable(limits))}`
      }`;
  },
  ratios: ({ cases }) =>
    cases.flatMap(({ title, timings }) =>
      timings.flatMap(({ peer, ratio, ofCeiling }) => {
        const name = `peers: ${title}`;
        if (peer !== "actigrad")
          return ratio === undefined ? [] : [{ name, to: titles[peer], value: ratio.median }];
        return ofCeiling === undefined ? [] : [{ name, to: "ceiling", value: ofCeiling.median }];
      }),
    ),
  method({ versions, options: { rounds, sampleMs } }) {
    const of = Object.entries(versions).map(([name, version]) => `${titles[name as PeerName]} ${version}`);
    return [
      `Peers: ${of.join(", ")}, each on its own WebGPU device in the same page, configured as its docs ` +
        "recommend: TensorFlow.js with fused.matMul, fused.conv2d and optimizer.minimize, jax-js with one jit of value, " +
        "gradients and update. All start from the same weights and see the same batches. The peers' batches lie ready " +
        "on the device, while actigrad picks its rows and turns bytes into numbers within the step.",
      "Before a case is timed, every peer's results are checked against float64: products and activations element by " +
        "element, trainings by their first losses. A result that is off by more than 1e-4 of the largest value, or not finite, " +
        "is named instead of timed.",
      `A sample repeats a run for about ${sampleMs} ms and ends by reading back a result. ${rounds.least} to ` +
        `${rounds.most} rounds, as many as a few seconds allow, each in a different order; each round also times the adapter's own ` +
        "ceiling, so that a share refers to that moment.",
    ];
  },
};
