/** The table of suites. Without --suite the usual ones run. */
import { activations } from "./activations/suite.ts";
import { contest } from "./contest/suite.ts";
import { language } from "./language/suite.ts";
import { limits } from "./limits/suite.ts";
import { peers } from "./peers/suite.ts";
import { scaling } from "./scaling/suite.ts";
import { steps } from "./steps/suite.ts";
import type { Suite } from "./suite.ts";
import { training } from "./training/suite.ts";

export const suites = { contest, activations, training, limits, peers, scaling, steps, language };

export type SuiteName = keyof typeof suites;
export const suiteNames = Object.keys(suites) as SuiteName[];
export const usualSuites: readonly SuiteName[] = ["contest", "activations"];

/** The options of each suite that runs. */
export type SuiteOptions = {
  readonly [K in SuiteName]?: (typeof suites)[K] extends Suite<infer O, infer _> ? O : never;
};
/** What each suite that ran gave. */
export type SuiteResults = {
  readonly [K in SuiteName]?: (typeof suites)[K] extends Suite<infer _, infer R> ? R : never;
};

/** Each suite that has options or results, with them. */
export function entriesOf<T extends SuiteOptions | SuiteResults>(
  of: T,
): { readonly name: SuiteName; readonly suite: Suite<unknown, unknown>; readonly value: unknown }[] {
  return suiteNames.flatMap((name) => {
    // A suite meets only options and results that stand under its own name.
    const suite = suites[name] as unknown as Suite<unknown, unknown>;
    return of[name] === undefined ? [] : [{ name, suite, value: of[name] }];
  });
}
