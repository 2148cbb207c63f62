import { basename, dirname } from "node:path";
import { ActigradError } from "../../../core/errors.ts";
import {
  type VerifyEvent,
  type VerifyOptions,
  type VerifyReport,
  verify as verifyHere,
} from "../../jobs/verify.ts";
import type { CaseResult } from "../../../check/oracle/index.ts";
import { flag } from "../../../core/options.ts";
import { type Shell, defineCommand } from "../command.ts";
import { type VerifyFile, writeJsonFile } from "../json-files.ts";
import { readBytes } from "../../../host/files.ts";
import { type Terminal, formatSeconds, formatTimeLeft } from "../terminal.ts";
import { certify } from "./certificate.ts";
import { hostOptions } from "./host-options.ts";

type Path = CaseResult["path"];

/** Files of the oracle without cases, for people who write test/oracle/*.json. */
const withoutCases = /^(manifest|tolerances|.*\.config)\.json$/;

export const verify = defineCommand({
  name: "verify",
  summary:
    "Checks the engine against reference data (oracle-1), or certifies how exact activations are here.",
  positionals: "FILE.json...",
  options: {
    path: { kind: "word", choices: ["gpu", "cpu", "both"], default: "both", doc: "what computes" },
    case: {
      kind: "word",
      value: "PATTERN",
      doc: "only cases with this id, op, activation or optimizer; * stands for anything",
    },
    tolerances: {
      kind: "word",
      value: "FILE",
      doc: "tolerances instead of the oracle's, in the same form",
    },
    json: { kind: "word", value: "FILE", writes: true, doc: "write the results as JSON" },
    verbose: flag("print a line for each case instead of each op"),
    certificate: flag(
      "instead of files, measure the largest error of every activation on this adapter, with our formula and the textbook's",
    ),
    activations: { kind: "words", doc: "which activations the certificate covers (default: all)" },
    quick: flag("make the certificate from a sixteenth of the points"),
    report: {
      kind: "word",
      value: "FILE",
      writes: true,
      doc: "write the certificate as self-contained HTML",
    },
    ...hostOptions,
  },
  notes: [
    "Exit code 1 if a case fails. What the engine lacks counts as unsupported, not as a failure.",
    "actigrad verify test/oracle/activations.json --case 'elu_*' --path cpu",
    "actigrad verify --certificate --activations tanh,gelu --report certificate.html",
  ],
  async run({ options, positionals }, shell) {
    refuseMixtures(options, positionals);
    if (options.certificate) return certify(options, shell);
    const files = positionals.filter((file) => !withoutCases.test(basename(file)));
    if (files.length === 0)
      throw new ActigradError("usage", "verify: no file", {
        hint: "name the .json of reference data, or --certificate",
      });
    const { path, case: pattern, tolerances, json, verbose } = options;
    const paths: readonly Path[] = path === "both" ? ["gpu", "cpu"] : [path];
    const request: VerifyOptions = {
      files,
      paths,
      ...(pattern !== undefined && { pattern }),
      ...(tolerances !== undefined && { tolerances }),
    };
    const report = await carryOut(request, options, shell);
    print(report, { paths, verbose }, shell.terminal);
    await writeJsonFile("verify", json, shownOf(report));
    return report.failed > 0 ? 1 : 0;
  },
});

/** Refuses options of the other kind of verification, which would have no effect. @throws ActigradError "usage" */
function refuseMixtures(
  given: Readonly<Record<string, unknown>> & { readonly certificate: boolean },
  files: readonly string[],
): void {
  const others = given.certificate ? ["case", "tolerances"] : ["activations", "quick", "report"];
  const found = others.find((name) => given[name] !== undefined && given[name] !== false);
  const hint = "--certificate takes no files of reference data";
  if (found !== undefined)
    throw new ActigradError(
      "usage",
      `--${found} goes ${given.certificate ? "without" : "with"} --certificate`,
      {
        hint,
      },
    );
  if (given.certificate && files.length > 0)
    throw new ActigradError("usage", `--certificate takes no "${files[0]}"`, { hint });
}

interface HostChoice {
  readonly target: "chrome" | "node";
  readonly gpu: "auto" | "software" | "hardware";
  readonly headed: boolean;
}

/** Runs the job where the GPU is; the CPU path alone needs none, and runs right here. */
function carryOut(
  request: VerifyOptions,
  { target, gpu, headed }: HostChoice,
  { terminal, runJob, signal }: Shell,
): Promise<VerifyReport> {
  let begin: number | undefined;
  const onEvent = ({ done, total, path, id }: VerifyEvent): void => {
    begin ??= performance.now(); // everything before was start-up, which is not a measure of the rest
    const left = formatTimeLeft(done > 10 ? done / total : 0, (performance.now() - begin) / 1000);
    terminal.progress(`${done} of ${total} cases  ${path} ${id}`, left);
  };
  if (!request.paths.includes("gpu")) {
    const host = `Node ${process.versions.node}`;
    return verifyHere({ host, signal, emit: onEvent, read: readBytes }, request);
  }
  const { files, tolerances } = request;
  const read = [...files.map((file) => dirname(file)), ...(tolerances === undefined ? [] : [tolerances])];
  const say = (line: string): void => terminal.say(line);
  return runJob("verify", request, { target, gpu, headless: !headed, files: { read }, signal, onEvent, say });
}

/** The report as --json writes it. */
function shownOf({ host, adapter, cases, passed, failed, unsupported }: VerifyReport): VerifyFile {
  const rows = cases.map(({ file, id, path, status, tensor, index, got, want, ulp, reason }) => {
    return { file, id, path, status, tensor, index, got, want, ulp, reason };
  });
  return { cases: rows, passed, failed, unsupported, host, adapter };
}

function print(
  report: VerifyReport,
  { paths, verbose }: { paths: readonly Path[]; verbose: boolean },
  terminal: Terminal,
): void {
  const { host, adapter, cases } = report;
  const { vendor = "", architecture = "", software = false } = adapter ?? {};
  const gpu =
    adapter === null
      ? ""
      : `, ${vendor} ${architecture}${software ? " (software: computes on the CPU)" : ""}`;
  terminal.tell(`${host}${gpu}, ${formatSeconds(report.seconds)}`);
  for (const file of new Set(cases.map((c) => c.file))) {
    const own = cases.filter((c) => c.file === file);
    terminal.print();
    terminal.print(terminal.style("bold", file));
    const rows = verbose ? caseRows(own, terminal) : subjectRows(own, paths, terminal);
    terminal.table(rows);
    for (const line of unsupportedLines(own)) terminal.tell(line, "yellow");
  }
  terminal.print();
  for (const result of cases) {
    if (result.status === "fail")
      terminal.print(
        `${terminal.style("red", "FAIL")} ${result.file} ${result.id} ${result.path}: ${detail(result)}`,
      );
  }
  if (cases.length < report.total) terminal.print(`stopped: ${cases.length} of ${report.total} were done`);
  const { passed, failed, unsupported } = report;
  terminal.print(`${passed} passed, ${failed} failed, ${unsupported} unsupported`);
}

/** A row for each op, activation or optimizer, with its verdict and its worst error on each path. */
function subjectRows(cases: readonly CaseResult[], paths: readonly Path[], terminal: Terminal): string[][] {
  const heading = ["", "cases", ...paths.flatMap((path) => [path, "of tolerance"])];
  const subjects = new Set(cases.map(({ subject }) => subject));
  const rows = [...subjects].map((subject) => {
    const own = cases.filter((c) => c.subject === subject);
    const cells = paths.flatMap((path) => {
      const here = own.filter((c) => c.path === path);
      const worst = here
        .filter((c) => c.status !== "unsupported")
        .reduce<CaseResult | undefined>(
          (a, b) => (a === undefined || share(b) > share(a) ? b : a),
          undefined,
        );
      return [verdicts(here, terminal), worst === undefined ? "" : worstError(worst)];
    });
    return [subject, String(new Set(own.map(({ id }) => id)).size), ...cells];
  });
  return [heading, ...rows];
}

/** `pass 2`, `pass 1, FAIL 1`; one case is `pass` alone. */
function verdicts(cases: readonly CaseResult[], terminal: Terminal): string {
  const words = { pass: "pass", fail: terminal.style("red", "FAIL"), unsupported: "unsupported" };
  const found = (["pass", "fail", "unsupported"] as const).flatMap((status) => {
    const count = cases.filter((c) => c.status === status).length;
    return count === 0 ? [] : [cases.length === 1 ? words[status] : `${words[status]} ${count}`];
  });
  return found.join(", ");
}

function caseRows(cases: readonly CaseResult[], terminal: Terminal): string[][] {
  const rows = cases.map((c) => [c.id, c.path, verdicts([c], terminal), worstError(c), detail(c)]);
  return [["case", "path", "verdict", "of tolerance", "worst at"], ...rows];
}

/** Reads a multiple of the tolerance as a number. */
const share = ({ excess }: CaseResult): number => excess ?? 0;

/** `12 % of the tolerance`; nothing for a case without numbers. */
const worstError = (c: CaseResult): string =>
  c.excess === null ? "" : `${Number((share(c) * 100).toPrecision(2))} %`;

/** `dx[12] got 0.25, want 0.5, 8388608 ulp, 3.1 x the tolerance` */
function detail(c: CaseResult): string {
  const advisory = c.reason === null ? [] : [c.reason];
  if (c.tensor === null || c.index === null || c.status === "unsupported") return advisory.join("");
  const excess = c.status === "fail" ? [`${Number(share(c).toPrecision(2))} x the tolerance`] : [];
  const numbers = [`got ${figure(c.got)}`, `want ${figure(c.want)}`, `${c.ulp} ulp`, ...excess];
  return [`${c.tensor}[${c.index}] ${numbers.join(", ")}`, ...advisory].join("; ");
}

/** Nine digits distinguish every float32 from its neighbours. */
const figure = (value: number | null): string =>
  value === null ? "nothing" : String(Number(value.toPrecision(9)));

/** One line per reason. */
function unsupportedLines(cases: readonly CaseResult[]): string[] {
  const ids = new Map<string, Set<string>>();
  for (const { status, id, reason } of cases) {
    if (status !== "unsupported") continue;
    const own = ids.get(reason ?? "") ?? new Set();
    ids.set(reason ?? "", own.add(id));
  }
  return [...ids].map(([reason, own]) => `unsupported, ${own.size}: ${reason}`);
}
