import { expect, test } from "vitest";
import { listing, obstacles } from "../release.ts";

const changelog = "# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2026-11-30\n\n- news\n\n## 1.1.0\n\n- old\n";
const ready = { version: "1.2.0", lock: "1.2.0", engine: "1.2.0", changelog, changes: [], tags: ["v1.1.0"] };

test("a clean tree with its version in all places is ready", () => {
  expect(obstacles(ready)).toEqual([]);
});

test.each([
  [{ changes: [" M a.ts", "?? b.ts"] }, "commit first: 2 changed files,  M a.ts"],
  [{ lock: "1.1.0" }, "package-lock.json has version 1.1.0, package.json 1.2.0"],
  [{ engine: "1.1.0" }, "src/core/version.ts has version 1.1.0, package.json 1.2.0"],
  [
    { changelog: changelog.replace("1.2.0 - 2026", "1x2.0 - 2026") },
    'CHANGELOG.md has no "## 1.2.0 - YYYY-MM-DD" below "## Unreleased"',
  ],
  [
    { changelog: changelog.replace("Unreleased\n", "Unreleased\n\n- forgotten\n") },
    "CHANGELOG.md: move what stands under Unreleased to 1.2.0",
  ],
  [{ tags: ["v1.2.0"] }, "the tag v1.2.0 is there already: choose another version"],
])("%o is not", (other, fault) => {
  expect(obstacles({ ...ready, ...other })).toEqual([fault]);
});

test("what would be published is listed, the largest file first", () => {
  const files = [
    { path: "README.md", size: 512 },
    { path: "dist/index.js", size: 2048 },
  ];
  expect(listing({ filename: "a-1.2.0.tgz", size: 1024, unpackedSize: 2560, files })).toEqual([
    "     2.0 KiB  dist/index.js",
    "     0.5 KiB  README.md",
    "     1.0 KiB  a-1.2.0.tgz: 2 files, unpacked     2.5 KiB",
  ]);
});
