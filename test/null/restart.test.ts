import { expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import { keptInMemory, once } from "../../src/host/kept.ts";
import { restarting } from "../../src/host/restart.ts";

const { signal } = new AbortController();
const lost = new ActigradError("device-lost", "the GPU is gone", { hint: "buy another" });

test("what crashes is started again, three times within ten minutes", async () => {
  let [starts, minute] = [0, 0];
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const now = (): number => minute * 60_000;
  const crash = async (): Promise<never> => {
    starts++;
    throw lost;
  };
  const often = await restarting(crash, { signal, say, kept: keptInMemory() }, now);
  expect(often).toMatchObject({
    error: {
      code: "device-lost",
      message: "the GPU is gone, 4 times in 10 minutes, without progress in between",
    },
  });
  expect([starts, said.length]).toEqual([4, 3]);

  starts = 0;
  const seldom = async (): Promise<{ value: string }> => {
    minute += 4;
    if (++starts < 8) throw lost;
    return { value: "done" };
  };
  expect(await restarting(seldom, { signal, say, kept: keptInMemory() }, now)).toEqual({ value: "done" });
});

test("what gets something done between its crashes is started again as often as it takes", async () => {
  const kept = keptInMemory();
  let starts = 0;
  const crash = async (): Promise<{ value: string }> => {
    if (++starts > 10) return { value: "done" };
    await kept.put(`cell ${starts}`, new Uint8Array(1));
    throw lost;
  };
  expect(await restarting(crash, { signal, say: () => undefined, kept })).toEqual({ value: "done" });
});

test("what fails for another reason, or is stopped, is not", async () => {
  let starts = 0;
  const fail = async (): Promise<never> => {
    starts++;
    throw new ActigradError("no-gpu", "no adapter");
  };
  const say = (): void => undefined;
  expect(await restarting(fail, { signal, say, kept: keptInMemory() })).toMatchObject({
    error: { code: "no-gpu" },
  });
  const stopped = AbortSignal.abort();
  const crash = (): Promise<never> => fail().catch(() => Promise.reject(lost));
  expect(await restarting(crash, { signal: stopped, say, kept: keptInMemory() })).toMatchObject({
    error: { code: "device-lost" },
  });
  expect(starts).toBe(2);
});

test("a cell is computed once; one that was cut short, or came to nothing, again", async () => {
  const kept = keptInMemory();
  const stop = new AbortController();
  let computed = 0;
  const cell = (value: unknown, by: AbortSignal = signal): Promise<unknown> =>
    once({ kept, signal: by }, "cell", async () => {
      computed++;
      return value;
    });
  expect(await cell(undefined)).toBeUndefined();
  stop.abort();
  expect(await cell("half", stop.signal)).toBe("half");
  expect(await cell([1, NaN])).toEqual([1, NaN]);
  expect(await cell("another")).toEqual([1, NaN]);
  expect(computed).toBe(3);
});
