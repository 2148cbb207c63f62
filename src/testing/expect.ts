/** actigrad/testing/expect: gives Vitest's `expect` matchers for float32 results. Import it once, in a test or a set-up file. */
import { expect } from "vitest";
import { type CloseOptions, matchers, type NanOptions, type Numbers } from "./matchers.ts";

expect.extend(matchers);

export type { CloseOptions, NanOptions, Numbers } from "./matchers.ts";

/** What `expect(values)` gains. */
export interface FloatMatchers<R> {
  /** Each number is within `limit` units in the last place (float32) of the expected; a denormal may be flushed to zero. */
  toBeWithinUlp(expected: Numbers, limit: number, options?: NanOptions): R;
  /** |got - expected| <= atol + rtol * |expected| for each number. */
  toAllBeClose(expected: Numbers, options?: CloseOptions): R;
  /** The same bits: -0 is not 0. */
  toBeBitEqual(expected: Numbers): R;
  /** No number is NaN or infinite. */
  toBeFiniteEverywhere(): R;
}

declare module "vitest" {
  interface Matchers<T> extends FloatMatchers<T> {}
}
