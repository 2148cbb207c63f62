/** Jobs that exercise the host, in their own page. */
import { ActigradError } from "../../src/index.ts";
import type { JobContext } from "../../src/host/job.ts";
import { once } from "../../src/host/kept.ts";
import { offerJobs } from "../../src/host/offer.ts";

interface Count {
  readonly count: number;
}

offerJobs({
  async copy({ read, write }: JobContext<never>, { from, to }: { from: string; to: string }) {
    const bytes = await read(from);
    await write(to, bytes);
    return { bytes: bytes.length };
  },
  async count({ emit }: JobContext<Count>, { upTo }: { upTo: number }) {
    for (let count = 1; count <= upTo; count++) emit({ count });
    return { done: true };
  },
  async untilAborted({ emit, signal }: JobContext<Count>) {
    emit({ count: 0 });
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { reached: "the middle" };
  },
  async squares({ emit, kept, signal }: JobContext<Count>, { upTo }: { upTo: number }) {
    const squares: number[] = [];
    for (let n = 1; n <= upTo; n++) {
      const square = await once({ kept, signal }, `square ${n}`, async () => {
        emit({ count: n });
        await new Promise((resolve) => setTimeout(resolve, 300)); // a crash comes in the middle
        return n * n;
      });
      squares.push(square);
    }
    return squares;
  },
  async fail() {
    throw new ActigradError("shape", "expected 2, got 3", { hint: "use 2", expected: 2, got: 3 });
  },
  async failInTheBackground() {
    setTimeout(() => {
      throw new RangeError("nobody awaits this");
    });
    await new Promise(() => undefined);
  },
});
