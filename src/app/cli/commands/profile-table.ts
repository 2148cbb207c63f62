import { figure, percent, whole } from "../../../report/format.ts";
import type { DispatchProfile, Profile, Rates } from "../../../index.ts";
import { type Terminal, formatTable } from "../terminal.ts";

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
  for (const line of formatTable(table)) terminal.print(line);
  const sum = dispatches.reduce((total, { us }) => total + us.median, 0) / 1000;
  const { ms, stepsPerSubmit, gflops, gbPerSecond } = step;
  terminal.print(
    `all dispatches ${figure(sum)} ms; the whole step, ${stepsPerSubmit} in a submit and without timestamps: ` +
      `${figure(ms.median)} ms [${figure(ms.low)}, ${figure(ms.high)}], ${figure(gflops)} GFLOP/s${partOf(step)}, ` +
      `${figure(gbPerSecond)} GB/s`,
  );
  for (const note of notesOf(profile)) terminal.print(terminal.style("dim", note));
}

function rowOf(index: string, dispatch: DispatchProfile): string[] {
  const { label, writes, us, share, gflops, gbPerSecond, ofMultiplyAdd, ofCopy, variant } = dispatch;
  const parts = [ofMultiplyAdd, ofCopy].flatMap((part) => (part === undefined ? [] : [percent(part, 0)]));
  const time = [figure(us.median), `[${figure(us.low)}, ${figure(us.high)}]`, percent(share, 1)];
  return [index, label, writes, ...time, figure(gflops), figure(gbPerSecond), ...parts, variant ?? ""];
}

const partOf = ({ ofMultiplyAdd }: Rates): string =>
  ofMultiplyAdd === undefined ? "" : ` (${percent(ofMultiplyAdd, 0)} of multiply-add)`;

/** How the times came about. */
function notesOf({ method, quantumNs, middle, waitUs, ceilings }: Profile): string[] {
  const notes: string[] = [];
  if (method === "timestamp-query") {
    const quantum = quantumNs === undefined ? "" : `, which counts in steps of ${whole(quantumNs)} ns`;
    notes.push(
      `Times by the adapter's clock (timestamp-query)${quantum}; each dispatch in a pass of its own.`,
    );
  } else {
    notes.push(
      "The adapter has no timestamps: each dispatch was submitted alone and waited for, less the " +
        `${figure(waitUs ?? 0)} us that submitting nothing takes. Short ones are not to be trusted.`,
    );
  }
  if (middle === "mean")
    notes.push("Most dispatches are shorter than four such steps: means over the steps, not medians.");
  if (ceilings !== undefined) {
    notes.push(
      `Ceilings, measured in this run: multiply-add ${figure(ceilings.gflops)} GFLOP/s, ` +
        `copy ${figure(ceilings.gbPerSecond)} GB/s.`,
    );
  }
  return notes;
}
