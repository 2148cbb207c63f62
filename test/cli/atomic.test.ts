import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";

const SIZE = 8_000_000;

/** Kills a process in the middle of replacing a file; gives the last version that it had finished. */
async function killWhileWriting(path: string, ms: number): Promise<number> {
  const child = spawn(process.execPath, ["test/support/writes-forever.mjs", path, String(SIZE)]);
  let told = "";
  let done = 0;
  const begun = new Promise<void>((resolve) => {
    child.stdout.on("data", (text: Buffer) => {
      told += text.toString();
      done = Number(told.trim().split("\n").at(-1));
      if (done >= 2) resolve();
    });
  });
  await Promise.race([
    begun,
    new Promise((_, reject) => child.once("exit", () => reject(new Error("ended")))),
  ]);
  await wait(ms);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
  return done;
}

test("a process killed while it writes leaves the file whole, in its last or its next version", async () => {
  const folder = await mkdtemp(join(tmpdir(), "actigrad-atomic-"));
  try {
    let caught = 0;
    for (const ms of [0, 3, 7, 11]) {
      const path = join(folder, `file${ms}`);
      const done = await killWhileWriting(path, ms);
      const bytes = await readFile(path);
      expect(bytes.length).toBe(SIZE);
      expect([done % 256, (done + 1) % 256]).toContain(bytes[0]);
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
      if ((await readdir(folder)).some((name) => name.includes(".draft"))) caught++;
    }
    expect(caught, "no kill fell into a write").toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
