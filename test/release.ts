import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { ActigradError } from "../src/core/errors.ts";
import { flag } from "../src/core/options.ts";
import { Failed, defineScript } from "./support/script.ts";

interface State {
  /** package.json's. */
  readonly version: string;
  /** package-lock.json's. */
  readonly lock: string;
  /** The one that model files carry, from src/core/version.ts. */
  readonly engine: string;
  readonly changelog: string;
  /** What git has not committed. */
  readonly changes: readonly string[];
  readonly tags: readonly string[];
}

/** What keeps a state from being released, one line each. */
export function obstacles({ version, lock, engine, changelog, changes, tags }: State): string[] {
  const [unreleased = "", ...older] = changelog.split(/^## /m).slice(1);
  const faults: string[] = [];
  if (changes.length > 0) faults.push(`commit first: ${changes.length} changed files, ${changes[0]}`);
  if (lock !== version) faults.push(`package-lock.json has version ${lock}, package.json ${version}`);
  if (engine !== version) faults.push(`src/core/version.ts has version ${engine}, package.json ${version}`);
  if (
    !older.some((text) =>
      new RegExp(String.raw`^${version.replaceAll(".", "\\.")} - \d{4}-\d\d-\d\d\n`).test(text),
    )
  )
    faults.push(`CHANGELOG.md has no "## ${version} - YYYY-MM-DD" below "## Unreleased"`);
  if (/^[-|#]/m.test(unreleased))
    faults.push(`CHANGELOG.md: move what stands under Unreleased to ${version}`);
  if (tags.includes(`v${version}`))
    faults.push(`the tag v${version} is there already: choose another version`);
  return faults;
}

/** A tarball as `npm pack --json` describes it; sizes in bytes. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** The files by size, then the sums. */
export function listing({ filename, size, unpackedSize, files }: Packed): string[] {
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1).padStart(8)} KiB`;
  return [
    ...files.toSorted((a, b) => b.size - a.size).map((file) => `${kib(file.size)}  ${file.path}`),
    `${kib(size)}  ${filename}: ${files.length} files, unpacked${kib(unpackedSize)}`,
  ];
}

/** Gives its output. @throws Failed unless it ends well */
function run(command: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 26,
  });
  if (status !== 0)
    throw new Failed(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}`);
  return stdout;
}

function stateHere(): State {
  const read = (file: string): string => readFileSync(file, "utf8");
  const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
  return {
    version: JSON.parse(read("package.json")).version,
    lock: JSON.parse(read("package-lock.json")).version,
    engine: /"(.*)"/.exec(read("src/core/version.ts"))?.[1] ?? "none",
    changelog: read("CHANGELOG.md"),
    changes: lines(run("git", ["status", "--porcelain"])),
    tags: lines(run("git", ["tag"])),
  };
}

export const script = defineScript({
  name: "release",
  summary:
    "Checks what a release needs, and shows what would be published. Publishes only if nothing is missing.",
  options: {
    dryRun: flag("show what would be published"),
    publish: flag("publish it"),
  },
  run({ options: { dryRun, publish } }) {
    if (dryRun === publish)
      throw new ActigradError(
        "usage",
        "choose one: --dry-run shows what would be published, --publish publishes it",
      );
    const missing = obstacles(stateHere());
    // Builds first, by prepack. npm prints what prepack prints before its JSON.
    const output = run("npm", ["pack", "--dry-run", "--json"]);
    const [packed] = JSON.parse(output.slice(output.search(/^\[$/m))) as [Packed];
    console.log(listing(packed).join("\n"));
    for (const line of missing) console.log(`not ready: ${line}`);
    if (missing.length > 0) return 1;
    if (publish) run("npm", ["publish"]);
    else console.log("ready: --publish publishes it");
    return 0;
  },
});
