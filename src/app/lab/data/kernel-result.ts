import type { ResultOf } from "../../jobs/index.ts";
import { csvField } from "../../../report/csv.ts";

export type BenchResult = ResultOf<"bench">;
/** The kernels of one size: each activation's times, exactness and text. */
export type Kernels = NonNullable<BenchResult["results"]["activations"]>["sizes"][number];

export function kernelCsv({ elements, rows }: Kernels): string {
  const lines = ["activation,elements,pass,ms,ms_low,ms_high,gb_per_second,of_copy,ulp"];
  for (const { name, forward, forwardBackward, exactness } of rows) {
    for (const [pass, timing, ulp] of [
      ["forward", forward, exactness?.forwardUlp],
      ["forward+backward", forwardBackward, exactness?.backwardUlp],
    ] as const) {
      if (timing === undefined) continue;
      const { ms, gbPerSecond, ofCopy } = timing;
      lines.push(
        [csvField(name), elements, pass, ms.median, ms.low, ms.high, gbPerSecond, ofCopy, ulp ?? ""].join(
          ",",
        ),
      );
    }
  }
  return `${lines.join("\n")}\n`;
}
