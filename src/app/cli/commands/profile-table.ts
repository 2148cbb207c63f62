import { decimal, percent, whole } from "../../../report/numbers.ts";
import type { DispatchProfile, Profile, Rates } from "../../../index.ts";
import type { Terminal } from "../terminal.ts";

/** Where the time of a step goes, for people. */
export function printProfile(terminal: Terminal, profile: Profile): void {
  const { dispatches, steps, step, ceilings } = profile;
  terminal.print();
  terminal.print(terminal.style("bold", `Profile of a step, ${steps} steps`));
  const heading = ["#", "dispatch", "writes", profile.middle === "mean" ? "mean us" : "us", "quartiles"];
  const parts = ceilings === undefined ? [] : ["of madd", "of copy"];
  const table = [
    [...heading, "share", "GFLOP/s", "GB/s", ...parts, "variant"],
    ...dispatches.map((dispatch, i) => rowOf(String(i), dispatch)),
  ];
  terminal.table(table);
  const sum = dispatches.reduce((total, { us }) => total + us.median, 0) / 1000;
  const { ms, stepsPerSubmit, gflops, gbPerSecond } = step;
  terminal.print(
    `all dispatches ${decimal(sum)} ms; the whole step, ${stepsPerSubmit} in a submit and without timestamps: ` +
      `${decimal(ms.median)} ms [${decimal(ms.low)}, ${decimal(ms.high)}], ${decimal(gflops)} GFLOP/s${partOf(step)}, ` +
      `${decimal(gbPerSecond)} GB/s`,
  );
  for (const note of notesOf(profile)) terminal.print(terminal.style("dim", note));
}

function rowOf(index: string, dispatch: DispatchProfile): string[] {
  const { label, writes, us, share, gflops, gbPerSecond, ofMultiplyAdd, ofCopy, variant } = dispatch;
  const parts = [ofMultiplyAdd, ofCopy].flatMap((part) => (part === undefined ? [] : [percent(part, 0)]));
  const time = [decimal(us.median), `[${decimal(us.low)}, ${decimal(us.high)}]`, percent(share, 1)];
  return [index, label, writes, ...time, decimal(gflops), decimal(gbPerSecond), ...parts, variant ?? ""];
}

const partOf = ({ ofMultiplyAdd }: Rates): string =>
  ofMultiplyAdd === undefined ? "" : ` (${percent(ofMultiplyAdd, 0)} of multiply-add)`;

/** How the times were measured. */
function notesOf({ method, quantumNs, middle, waitUs, ceilings }: Profile): string[] {
  const notes: string[] = [];
  if (method === "timestamp-query") {
    const quantum = quantumNs === undefined ? "" : `, which counts in steps of ${whole(quantumNs)} ns`;
    notes.push(`Times by the adapter's clock (timestamp-query)${quantum}; each dispatch in its own pass.`);
  } else {
    notes.push(
      "The adapter has no timestamps: each dispatch was submitted alone and awaited, minus the " +
        `${decimal(waitUs ?? 0)} us of an empty submit. Do not trust short ones.`,
    );
  }
  if (middle === "mean")
    notes.push("Most dispatches are shorter than four such steps: means over the steps, not medians.");
  if (ceilings !== undefined) {
    notes.push(
      `Ceilings, measured in this run: multiply-add ${decimal(ceilings.gflops)} GFLOP/s, ` +
        `copy ${decimal(ceilings.gbPerSecond)} GB/s.`,
    );
  }
  return notes;
}
