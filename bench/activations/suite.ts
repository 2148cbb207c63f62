import { findActivation, formula, groupedActivations } from "../../src/index.ts";
import { decimal, whole } from "../../src/report/numbers.ts";
import { html } from "../../src/report/markup.ts";
import { tableHtml } from "../../src/report/table.ts";
import { usualActivations, type Ratio, type Suite } from "../suite.ts";
import { kernelChart } from "./chart.ts";
import type { ActivationsOptions, KernelResult, ActivationsResult, Timing } from "./result.ts";
import { costTable, kernelTable } from "./table.ts";
import { timeKernels, type Subject } from "./time.ts";

/** Those that join several units have kernels unlike a copy. */
const isElementwise = (name: string): boolean => !Object.hasOwn(groupedActivations, name);

/** Anything but a name is a formula, which also names its row. */
const subjectOf = (text: string): Subject =>
  /^\w+$/.test(text) && text !== "x"
    ? { name: text, record: findActivation(text) }
    : { name: text, record: formula(text) };

/** A stopped suite may not have reached a size. */
const reached = ({ sizes }: ActivationsResult): KernelResult[] =>
  sizes.filter(({ copy }) => copy !== undefined);

/** Times each activation's own kernels, compared with a copy. */
export const activations: Suite<ActivationsOptions, ActivationsResult> = {
  help: "each elementwise activation's kernels, compared with a copy",
  options: ({ activations: names = usualActivations, formulas, quick, brief }) => ({
    activations: [...names.filter(isElementwise), ...formulas],
    ...(quick || brief
      ? { elements: [1 << 20], rounds: 9, sampleMs: 30 }
      : { elements: [1 << 20, 1 << 22], rounds: 12, sampleMs: 50 }),
  }),
  prepare({ activations: names, elements, rounds, sampleMs }) {
    const subjects = names.map(subjectOf);
    return {
      expect(progress, software) {
        for (const size of elements) {
          progress.add(`compile ${size}`, subjects.length, software ? 0.4 : 0.2);
          progress.add(`rounds ${size}`, rounds, (subjects.length * sampleMs * 2.4) / 1000);
        }
      },
      async run(gpu, { signal, progress, begin, once }) {
        const sizes: KernelResult[] = [];
        for (const size of elements) {
          if (signal.aborted) break;
          const of = { rounds, sampleMs };
          const observer = {
            signal,
            begin: (doing: string) => begin(`${doing}, ${whole(size)} elements`),
            done: (part: "compile" | "rounds", seconds: number) =>
              progress.advance(`${part} ${size}`, 1, seconds),
          };
          sizes.push(await once(String(size), () => timeKernels(gpu, subjects, size, of, observer)));
        }
        return { rounds, sampleMs, sizes };
      },
    };
  },
  tables: (result) => reached(result).flatMap((size) => [kernelTable(size), costTable(size) ?? []].flat()),
  report(result) {
    const sizes = reached(result);
    if (sizes.length === 0) return undefined;
    return html`<h2>Kernels</h2>
      ${sizes.map((size) => {
        const [table, costs] = [kernelTable(size), costTable(size)];
        return html` <h3>${table.title.replace("Kernels, ", "")}</h3>
          ${size.copy === undefined ? undefined : kernelChart(size, size.copy)} ${tableHtml(table)}
          ${
            costs === undefined
              ? undefined
              : html`<h3>${costs.title}</h3>
                  ${tableHtml(costs)}`
          }`;
      })}`;
  },
  ratios: ({ sizes }) =>
    sizes.flatMap(({ elements, rows }) =>
      rows.flatMap(({ name, forward, forwardBackward }) => {
        const of = (what: string, timing: Timing | undefined): Ratio[] => {
          const title = `${name} ${what} ${whole(elements)}`;
          return timing === undefined ? [] : [{ name: title, to: "copy", value: timing.ofCopy }];
        };
        return [...of("forward", forward), ...of("forward+backward", forwardBackward)];
      }),
    ),
  method({ rounds, sampleMs, sizes }) {
    const checked = sizes[0]?.rows.find((row) => row.exactness !== undefined)?.exactness?.checked;
    return [
      "Each activation's forward kernel reads x and writes y. Backward is a separate dispatch, as training " +
        "without fusion would run it: it reads what the activation saved (x or y) and the incoming gradient, and " +
        "writes the outgoing one. The copy is the same kernel with nothing to compute. All kernels use the same tensors.",
      `Before anything was timed, ${checked === undefined ? "a sample" : `${whole(checked)} elements`} of every result ` +
        "was compared with float64; a wrong kernel would have stopped the bench.",
      `Pipelines were compiled and warm. A sample is as many runs as fill about ${sampleMs} ms, up to 64 in a submit; ` +
        `the time of a nearly empty submit (${decimal(sizes[0]?.waitMs ?? 0)} ms) is subtracted, so that ` +
        `submit latency does not count. ${rounds} rounds; each samples all kernels in a different order, so that ` +
        "other load on the machine affects all of them alike. The tables give medians and quartiles.",
      "GB/s counts the bytes that the kernel actually reads and writes (8 per element forward, 20 forward and " +
        "backward; identity 16, as its derivative reads nothing). A tensor of 1M elements is 4 MiB and may stay in a cache.",
    ];
  },
};
