import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { writeAtomic } from "../../src/host/files.ts";

const SIZE = 8_000_000;

/** Kills a process while it replaces a file; returns the last version that it had finished. */
async function killWhileWriting(path: string): Promise<number> {
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
  const folder = dirname(path);
  for (let looks = 0; looks < 1e5 && !readdirSync(folder).some((name) => name.includes(".draft")); looks++);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
  return done;
}

test("a process killed while it writes leaves the file whole, in its last or its next version", async () => {
  const folder = await mkdtemp(join(tmpdir(), "actigrad-atomic-"));
  try {
    let caught = 0;
    // A kill may come after the write that it was aimed at, so a few more are tried.
    for (let kill = 0; kill < 4 || (caught === 0 && kill < 40); kill++) {
      const path = join(folder, `file${kill}`);
      const done = await killWhileWriting(path);
      const bytes = await readFile(path);
      expect(bytes.length).toBe(SIZE);
      expect([done % 256, (done + 1) % 256]).toContain(bytes[0]);
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
      const drafts = readdirSync(folder).filter((name) => name.includes(".draft"));
      caught += drafts.length;
      if (drafts.length === 0) continue;
      // The next write of this file removes what the killed one left, and nothing else.
      const others = [
        "file.1.draft",
        `${basename(path)}.${process.pid}.draft.kept`,
        `${basename(path)}.x.draft`,
      ];
      const running = `${basename(path)}.${process.ppid}.draft`;
      for (const name of [...others, running]) await writeFile(join(folder, name), "another's");
      await writeAtomic(path, "next");
      expect(await readFile(path, "utf8")).toBe("next");
      expect(
        readdirSync(folder)
          .filter((name) => name.includes(".draft"))
          .toSorted(),
      ).toEqual([...others, running].toSorted());
      for (const name of [...others, running]) await rm(join(folder, name));
    }
    expect(caught, "no kill fell into a write").toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
