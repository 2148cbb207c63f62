/**
 * Checks what a release needs and shows what would be published: `npm run release -- --dry-run`. Publishes only with `--publish`,
 * and only if nothing is missing.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";

/**
 * @typedef {object} State
 * @property {string} version package.json's
 * @property {string} lock package-lock.json's
 * @property {string} engine the one that model files carry, from src/core/version.ts
 * @property {string} changelog
 * @property {readonly string[]} changes what git has not committed
 * @property {readonly string[]} tags
 */

/** What keeps a state from being released, one line each. @param {State} state @returns {string[]} */
export function obstacles({ version, lock, engine, changelog, changes, tags }) {
  const [unreleased = "", ...older] = changelog.split(/^## /m).slice(1);
  const faults = [];
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

/**
 * @typedef {object} Packed as `npm pack --json` describes a tarball
 * @property {string} filename
 * @property {number} size bytes
 * @property {number} unpackedSize bytes
 * @property {readonly { readonly path: string, readonly size: number }[]} files
 */

/** The files by size, then the sums. @param {Packed} packed @returns {string[]} */
export function listing({ filename, size, unpackedSize, files }) {
  const kib = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(1).padStart(8)} KiB`;
  return [
    ...files.toSorted((a, b) => b.size - a.size).map((file) => `${kib(file.size)}  ${file.path}`),
    `${kib(size)}  ${filename}: ${files.length} files, unpacked${kib(unpackedSize)}`,
  ];
}

/** @param {readonly string[]} args @returns {{ publish: boolean }} @throws Error that says which options there are */
export function readOptions(args) {
  const known = /** @type {const} */ ({ "dry-run": { type: "boolean" }, publish: { type: "boolean" } });
  const { values } = parseArgs({ args: [...args], options: known });
  if (values["dry-run"] === values.publish)
    throw new Error("choose one: --dry-run shows what would be published, --publish publishes it");
  return { publish: values.publish === true };
}

/** @param {string} command @param {readonly string[]} args @returns {string} its output */
function run(command, args) {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 26,
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}`);
  return stdout;
}

/** @returns {State} */
function stateHere() {
  const read = (/** @type {string} */ file) => readFileSync(file, "utf8");
  const lines = (/** @type {string} */ text) => text.split("\n").filter((line) => line !== "");
  return {
    version: JSON.parse(read("package.json")).version,
    lock: JSON.parse(read("package-lock.json")).version,
    engine: /"(.*)"/.exec(read("src/core/version.ts"))?.[1] ?? "none",
    changelog: read("CHANGELOG.md"),
    changes: lines(run("git", ["status", "--porcelain"])),
    tags: lines(run("git", ["tag"])),
  };
}

function main() {
  const { publish } = readOptions(process.argv.slice(2));
  const missing = obstacles(stateHere());
  // Builds first, by prepack. npm prints what prepack prints before its JSON.
  const output = run("npm", ["pack", "--dry-run", "--json"]);
  const [packed] = JSON.parse(output.slice(output.search(/^\[$/m)));
  console.log(listing(packed).join("\n"));
  for (const line of missing) console.log(`not ready: ${line}`);
  if (missing.length > 0) process.exitCode = 1;
  else if (publish) run("npm", ["publish"]);
  else console.log("ready: --publish publishes it");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    main();
  } catch (error) {
    console.error(`release: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
}
