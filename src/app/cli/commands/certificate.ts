/** `verify --certificate`: how exact activations are on the adapter that it runs on. */
import { adapterName } from "../../../report/numbers.ts";
import { reportHtml } from "../../../check/certificate/report.ts";
import type { CertificateResult } from "../../../check/certificate/result.ts";
import { ourTable, samplesTable, textbookTable } from "../../../check/certificate/table.ts";
import { closingLines } from "../../../check/certificate/verdict.ts";
import { activations, findActivation } from "../../../index.ts";
import type { Shell } from "../command.ts";
import { writeAtomic } from "../../../host/files.ts";
import { writeJsonFile } from "../json-files.ts";
import { printTable } from "../print-table.ts";
import { type Terminal, formatSeconds, formatTimeLeft } from "../terminal.ts";

export interface CertificateChoice {
  /** Names or aliases; all if none is given, or if "all" is among them. */
  readonly activations?: readonly string[];
  readonly quick: boolean;
  readonly json?: string;
  readonly report?: string;
  /** Also shows actual and expected values. */
  readonly verbose: boolean;
  readonly target: "chrome" | "node";
  readonly gpu: "auto" | "software" | "hardware";
  readonly headed: boolean;
}

/**
 * Runs the job, prints its tables and writes the files.
 * @returns the exit code: 1 if a goal is missed, or if it was stopped
 * @throws ActigradError "option" for an unknown activation, with the nearest name
 */
export async function certify(
  choice: CertificateChoice,
  { terminal, runJob, signal }: Shell,
): Promise<number> {
  const { activations: given = ["all"], quick, json, report, verbose, target, gpu, headed } = choice;
  const names = given.flatMap((name) =>
    name === "all" ? Object.keys(activations) : [findActivation(name).name],
  );
  let begin: number | undefined;
  const result = await runJob(
    "certificate",
    { activations: names, quick },
    {
      target,
      gpu,
      headless: !headed,
      signal,
      say: (line) => terminal.say(line),
      onEvent({ done, total, id }) {
        begin ??= performance.now(); // everything before was start-up, which is not a measure of the rest
        const left = formatTimeLeft(done / total, (performance.now() - begin) / 1000);
        terminal.progress(`${done} of ${total}  ${id}`, left);
      },
    },
  );
  print(result, verbose, terminal);
  await writeJsonFile("certificate", json, result, {});
  if (report !== undefined) await writeAtomic(report, reportHtml(result));
  return result.complete && result.cases.every(({ missed }) => missed.length === 0) ? 0 : 1;
}

function print(result: CertificateResult, verbose: boolean, terminal: Terminal): void {
  const { host, adapter, cases, points, seconds, divisionUlp } = result;
  const software = adapter.software ? " (software: computes on the CPU)" : "";
  terminal.tell(`${terminal.style("bold", `${adapterName(adapter)}${software}`)}, ${host}`);
  const [core, whole] = [points.core, points.whole].map((n) => n.toLocaleString("en"));
  terminal.tell(`${core} points within |x| ≤ 10 and ${whole} over all of float32, ${formatSeconds(seconds)}`);
  if (divisionUlp > 0.5) {
    const off = divisionUlp.toFixed(2);
    terminal.tell(`Division is off by up to ${off} ulp on this adapter: goals are 2.5 ulp wider.`);
  }
  const tables = [ourTable(cases), textbookTable(cases), verbose ? samplesTable(cases) : undefined];
  for (const table of tables) {
    if (table !== undefined && table.rows.length > 0) printTable(terminal, table);
  }
  terminal.print();
  for (const { id, missed } of cases)
    for (const miss of missed) terminal.print(`${terminal.style("red", "MISSED")} ${id}: ${miss}`);
  for (const line of closingLines(result)) terminal.tell(line);
}
