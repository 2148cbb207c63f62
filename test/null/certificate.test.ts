import { fromJson, toJsonText } from "../../src/core/json.ts";
import { expect, test } from "vitest";
import { activationCase } from "../../src/check/certificate/cases.ts";
import { goalsOf } from "../../src/check/certificate/goals.ts";
import { type Wanted, measure } from "../../src/check/certificate/measure.ts";
import { reportHtml } from "../../src/check/certificate/report.ts";
import { type CaseResult, type CertificateResult } from "../../src/check/certificate/result.ts";
import { closingLines, missedGoals } from "../../src/check/certificate/verdict.ts";
import { activations } from "../../src/index.ts";

const step = 2 ** -23; // of numbers from 1 to 2
const wanted = (...want: number[]): Wanted => ({
  xs: Float32Array.from(want, (_, i) => i - 1),
  core: want.length,
  want: Float64Array.from(want),
});
const zones = (of: Wanted, ...near: number[]): Wanted => ({ ...of, nearZero: Uint8Array.from(near) });

test("errors are counted in ulp, where they are largest", () => {
  const { ulp, steps, absolute, broken, nearZero } = measure(wanted(1, 1.5, 1.25), [1, 1.5 + 3 * step, 1.25]);
  expect(ulp).toEqual({ error: 3, at: { x: 0, got: 1.5 + 3 * step, want: 1.5 } });
  expect([steps, absolute.error]).toEqual([3, 3 * step]);
  expect(broken).toEqual({ count: 0, first: null });
  expect(nearZero).toBeNull();
});

test("NaN and infinities are never forgiven, nor are they wrong where float64 has them", () => {
  const got = measure(wanted(1, NaN, 1e300, 2), [NaN, NaN, Infinity, Infinity]);
  expect(got.ulp.error).toBe(Infinity);
  expect(got.broken).toMatchObject({ count: 2 });
  expect(measure(wanted(NaN), [1]).ulp.error).toBe(Infinity);
});

test("beside a zero of f' the error is absolute", () => {
  const of = zones(wanted(2 ** -40, 1), 1, 0);
  const { ulp, nearZero } = measure(of, [2 ** -23, 1]);
  expect(ulp.error).toBe(0);
  expect(nearZero).toMatchObject({ error: 2 ** -23 - 2 ** -40 });
});

/** A case whose f is wrong by this many ulp at 1.5. */
function caseOff(ulps: number): CaseResult {
  const goals = goalsOf("tanh");
  const ours = {
    f: measure(wanted(1, 1.5), [1, 1.5 + ulps * step]),
    slope: measure(zones(wanted(1, 0), 0, 1), [1, 0]),
  };
  const { params } = activationCase(activations.tanh);
  const missed = missedGoals(ours, goals, 16);
  return {
    id: "tanh",
    activation: "tanh",
    params,
    saves: "x",
    goals,
    webnn: 16,
    ours,
    missed,
    textbook: {
      f: measure(wanted(1, 1.5), [NaN, 1.5]),
      slope: measure(wanted(1, 1.5), [1, 1.5 + 4096 * step]),
    },
  };
}

test("goals that are missed are named", () => {
  expect(caseOff(4).missed).toEqual([]);
  expect(caseOff(5).missed).toEqual([expect.stringContaining("f is 5.00 ulp off, 4 allowed, at x = 0")]);
  expect(caseOff(17).missed).toEqual([
    expect.stringContaining("17.0 ulp"),
    expect.stringContaining("17 float32 steps off, WebNN allows 16"),
  ]);
  expect(caseOff(NaN).missed.join()).toContain("not finite at 1 points");
});

const resultOf = (...cases: CaseResult[]): CertificateResult => ({
  format: "actigrad-certificate-1",
  complete: true,
  date: "2026-03-04T15:16:17.890Z",
  host: "Chrome 149.0.1.2 headless",
  adapter: { vendor: "google", architecture: "swiftshader", description: "", software: true },
  quick: false,
  points: { core: 2, whole: 2 },
  divisionUlp: 0.5,
  total: cases.length,
  cases,
  seconds: 3,
});

test("the last lines sum it up", () => {
  expect(closingLines(resultOf(caseOff(1)))).toEqual([
    "1 of 1 meet their goals",
    "Finite over all of float32: all",
    "At or below half of WebNN's bound: all 1 activations that have one",
    "Of 1 textbook forms, 1 are off by more than 100 ulp, 1 give NaN or infinity where the true value is finite",
  ]);
  const lines = closingLines({ ...resultOf(caseOff(9)), complete: false, total: 3 });
  expect(lines[0]).toBe("1 of 1 miss a goal: tanh");
  expect(lines).toContain("Above half of WebNN's bound: tanh (9 of 16)");
  expect(lines.at(-1)).toBe("Stopped after 1 of 3");
});

test("report and JSON hold together, whatever was reached", () => {
  for (const result of [resultOf(caseOff(1)), resultOf(caseOff(NaN)), { ...resultOf(), complete: false }]) {
    const html = reportHtml(result);
    expect(html).toContain("google swiftshader (software)");
    expect(html).not.toMatch(/undefined|\[object|\bnull\b|="NaN|NaN%/);
    expect(html).not.toMatch(/https?:|url\(|@import|<script|\ssrc=|<link/i);
    expect(fromJson(toJsonText(result))).toEqual(result);
  }
  expect(reportHtml({ ...resultOf(), complete: false })).toContain(
    "The run was stopped before anything finished",
  );
});
