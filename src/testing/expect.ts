/** actigrad/testing/expect: gives Vitest's `expect` matchers for float32 results. Import it once, in a test or a set-up file. */
import { expect } from "vitest";
import { type CloseOptions, matchers, type NanOptions, type Numbers } from "./matchers.ts";

expect.extend(matchers);

export type { CloseOptions, NanOptions, Numbers } from "./matchers.ts";

/** Matchers added to `expect(values)`. */
export interface FloatMatchers<R> {
  /** Each number is within `limit` float32 ulp of the expected one; a denormal may be flushed to zero. */
  toBeWithinUlp(expected: Numbers, limit: number, options?: NanOptions): R;
  /** |got - expected| <= atol + rtol * |expected| for each number. */
  toAllBeClose(expected: Numbers, options?: CloseOptions): R;
  /** The same bits: -0 differs from 0. */
  toBeBitEqual(expected: Numbers): R;
  /** No number is NaN or infinite. */
  toBeFiniteEverywhere(): R;
}

declare module "vitest" {
  interface Matchers<T> extends FloatMatchers<T> {}
}
