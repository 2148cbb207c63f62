import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contains, readBytes, writeAtomic, writeJson } from "../../src/host/files.ts";
import { grantFiles } from "../../src/host/grants.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "actigrad-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("writing a file", () => {
  test("makes its folder, replaces the old file, and leaves no draft", async () => {
    const path = join(folder, "a/b/result.json");
    await writeJson(path, { n: 1 });
    await writeJson(path, { n: 2 });
    expect(await readFile(path, "utf8")).toBe('{\n  "n": 2\n}\n');
    expect(await readdir(join(folder, "a/b"))).toEqual(["result.json"]);
  });

  test("writes through a link and into a device", async () => {
    const [target, link] = [join(folder, "target"), join(folder, "link")];
    await writeFile(target, "old");
    await symlink(target, link);
    await writeAtomic(link, "new");
    expect(await readFile(target, "utf8")).toBe("new");
    await writeAtomic("/dev/null", "gone");
  });

  test("says why it cannot", async () => {
    await expect(writeAtomic(folder, "x")).rejects.toMatchObject({
      code: "file",
      message: expect.stringMatching(/it is a folder/),
    });
    await writeFile(join(folder, "file"), "");
    const below = join(folder, "file/x");
    await expect(writeAtomic(below, "x")).rejects.toMatchObject({
      code: "file",
      message: expect.stringMatching(/part of the path/),
    });
    // A folder that can never be made: Node's own recursive mkdir hangs there.
    if (process.platform === "linux") {
      await expect(writeAtomic("/proc/none/x", "x")).rejects.toMatchObject({ code: "file" });
    }
  });
});

describe("granted files", () => {
  test("a folder holds itself and what is below it", () => {
    expect(contains("/a/b", "/a/b")).toBe(true);
    expect(contains("/a/b", "/a/b/c/../d")).toBe(true);
    expect(contains("/a/b", "/a/bc")).toBe(false);
    expect(contains("/a/b", "/a/b/../c")).toBe(false);
    expect(contains("/a", "/a/..b")).toBe(true);
  });

  test("a job reads and writes what its command named, and nothing else", async () => {
    const [input, output] = [join(folder, "input"), join(folder, "output")];
    await writeFile(input, "bytes");
    const files = grantFiles({ read: [folder], write: [output] });
    await files.write(output, await files.read(input));
    expect(await readBytes(output)).toEqual(new Uint8Array(Buffer.from("bytes")));
    await expect(files.read(join(folder, "../x"))).rejects.toMatchObject({
      code: "file",
      message: expect.stringMatching(/may not read/),
    });
    await expect(files.write(input, new Uint8Array())).rejects.toMatchObject({
      message: expect.stringMatching(/may not write/),
    });
  });
});
