/** The report's scale of errors: logarithmic in ulp, from a tenth (and everything below) to a million (and above). */
import { at } from "../../../report/markup.ts";
import { ULP_CAP } from "../figures.ts";

const [LOW, HIGH] = [Math.log10(0.1), Math.log10(ULP_CAP) + 0.15];

/** Per cent of the scale's length; what is not finite lies at its end. */
export function share(value: number): number {
  const power = value > 0 ? Math.log10(value) : Number.isNaN(value) ? HIGH : LOW;
  return (100 * (Math.min(Math.max(power, LOW), HIGH) - LOW)) / (HIGH - LOW);
}

/** The same as a coordinate. */
export const along = (error: number): string => `${at(share(error))}%`;

/** Every second one may be left out where there is no room. */
export const ticks: readonly (readonly [value: number, text: string])[] = [
  [1, "1"],
  [10, "10"],
  [100, "100"],
  [1000, "1,000"],
  [1e4, "10⁴"],
  [1e5, "10⁵"],
  [1e6, "10⁶"],
];
