/** The report of a comparison. */
import { reportOf } from "../../../bench/contest/report.ts";
import { nothingReached, pageHtml, runFacts } from "../../report/page.ts";
import { describeData } from "../../index.ts";
import type { CompareResult } from "./result.ts";

/** @param date ISO 8601 */
export function reportHtml(result: CompareResult, date: string): string {
  const { contest, data, network } = result;
  return pageHtml({
    title: "actigrad compare",
    heading: `Which activation for ${data.name}?`,
    about: `The same network with each activation at its own best learning rate: ${contest.activations.join(", ")}.`,
    facts: [...runFacts({ ...result, date }), ["Network", network], ["Data", describeData(data)[0]!]],
    warnings: result.complete ? [] : ["Incomplete: the run was stopped. Only finished cells are shown."],
    body: [reportOf(contest) ?? nothingReached],
  });
}
