import { afterAll, afterEach, describe, expect, inject, test, vi } from "vitest";
import { Camera, type Snapshot } from "../../src/device/recovery/snapshot.ts";
import { device } from "../../src/index.ts";
import { Turns } from "../../src/train/turns.ts";
import { LOSING, faultIn } from "../support/sequences.ts";
import { allow } from "../../src/testing/index.ts";

allow({ loss: true }); // sequences lose devices on purpose

const [rough, calm] = [await device(), await device()];
afterAll(() => [rough, calm].forEach((gpu) => gpu.dispose()));
afterEach(() => vi.restoreAllMocks());

/** The first fault of some sequences. */
async function firstFault(count: number, every = 1): Promise<string | undefined> {
  for (let seed = every; seed <= count * every; seed += every) {
    const fault = await faultIn(seed, { rough, calm });
    if (fault !== undefined) return fault;
  }
  return undefined;
}

declare module "vitest" {
  interface ProvidedContext {
    /** Number of random sequences of calls: `npm run sequences` tries 500. */
    sequences: number;
  }
}

const count = inject("sequences");

test(
  `${count} random sequences of calls give what each call gives alone`,
  { timeout: count * 30_000 },
  async () => {
    expect(await firstFault(count)).toBeUndefined();
  },
);

describe("planted faults are found:", () => {
  test("calls that share their sums across an await", async () => {
    vi.spyOn(Turns.prototype, "take").mockImplementation(async (call) => call());
    expect(await firstFault(30)).toMatch(/evaluate/);
  });

  test("a snapshot that is taken during a submit", async () => {
    const take = Camera.prototype.take;
    vi.spyOn(Camera.prototype, "take").mockImplementation(async function (this: Camera, before, ran) {
      const early = await take.call(this, before, ran);
      await new Promise((resolve) => setTimeout(resolve, 5)); // steps go on
      const late: Snapshot = await take.call(this, before, []);
      const half = early.states.size / 2;
      const states = [...early.states].map(
        ([tensor, bytes], i) => [tensor, i < half ? bytes : (late.states.get(tensor) ?? bytes)] as const,
      );
      return { ...early, states: new Map(states) };
    });
    expect(await firstFault(20, LOSING)).toBeDefined();
  });
});
