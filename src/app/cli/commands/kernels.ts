import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { dispatchFiles } from "../../../../bench/kernels/dispatches.ts";
import { type AdapterName, adapters, planOf, workloads } from "../../../../bench/kernels/workloads.ts";
import { ActigradError } from "../../../core/errors.ts";
import { defineCommand } from "../command.ts";
import { type KernelsFile, writeJsonFile } from "../json-files.ts";
import { readBytes, writeAtomic, writeJson } from "../../../host/files.ts";

export const kernels = defineCommand({
  name: "kernels",
  summary:
    "Writes the WGSL of each dispatch and what starts it, for a list of networks and ops. Needs no GPU.",
  options: {
    out: {
      kind: "word",
      value: "DIR",
      default: "results/kernels",
      doc: "where to write NAME.wgsl and NAME.json",
    },
    adapter: {
      kind: "word",
      choices: Object.keys(adapters) as AdapterName[],
      default: "gpu",
      doc: "what to plan for",
    },
    only: { kind: "words", doc: "workloads, or prefixes of their names (default: all)" },
    diff: {
      kind: "word",
      value: "DIR",
      doc: "compare with what an earlier run wrote; exit code 1 if kernels differ",
    },
    json: { kind: "word", value: "FILE", writes: true, doc: "write the differences as JSON" },
  },
  notes: [
    "Examples:",
    "  actigrad kernels --only mlp-256 --out before",
    "  actigrad kernels --only mlp-256 --out after --diff before",
  ],
  async run({ options }, { terminal, signal }) {
    const { out, adapter, diff, json } = options;
    const names = chosen(options.only);
    const earlier = diff === undefined ? undefined : await readKernels(diff);
    const kernels = new Map<string, string>();
    for (const name of names) {
      if (signal.aborted) throw new ActigradError("aborted", `stopped after ${kernels.size} kernels`);
      for (const [file, { wgsl, about }] of dispatchFiles(name, planOf(name, adapter))) {
        await writeAtomic(join(out, `${file}.wgsl`), wgsl);
        await writeJson(join(out, `${file}.json`), about);
        kernels.set(file, wgsl);
      }
    }
    terminal.print(`${kernels.size} dispatches of ${names.length} workloads in ${out}`);
    if (earlier === undefined) return 0;
    const inScope = [...earlier.keys()].filter((file) => names.some((name) => workloadOf(file) === name));
    const differences: KernelsFile = {
      changed: [...kernels.keys()].filter(
        (file) => earlier.has(file) && codeOf(earlier.get(file)!) !== codeOf(kernels.get(file)!),
      ),
      added: [...kernels.keys()].filter((file) => !earlier.has(file)),
      removed: inScope.filter((file) => !kernels.has(file)),
    };
    await writeJsonFile("kernels", json, differences);
    for (const [what, files] of Object.entries(differences))
      for (const file of files) terminal.print(`${what.padEnd(8)} ${file}`);
    const count = Object.values(differences).flat().length;
    terminal.print(
      count === 0 ? `the same kernels as in ${diff}` : `${count} of ${kernels.size} differ from ${diff}`,
    );
    return count === 0 ? 0 : 1;
  },
});

/** WGSL without comments and blank lines, which are only for people. */
const codeOf = (wgsl: string): string => wgsl.replaceAll(/^\s*(\/\/.*)?\n/gm, "");

const workloadOf = (file: string): string => file.replace(/-\d+$/, "");

/** @throws ActigradError "usage" for a prefix that matches no name */
function chosen(only: readonly string[] | undefined): string[] {
  const all = Object.keys(workloads);
  for (const start of only ?? []) {
    if (all.some((name) => name.startsWith(start))) continue;
    throw new ActigradError("usage", `--only: no workload starts with "${start}"`, {
      hint: `there are ${all.join(", ")}`,
    });
  }
  return all.filter((name) => only === undefined || only.some((start) => name.startsWith(start)));
}

/** WGSL by name. @throws ActigradError "file" */
async function readKernels(folder: string): Promise<Map<string, string>> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new ActigradError("file", `cannot read the folder ${folder}`, {
      hint: "give --diff the folder that an earlier run wrote with --out",
      cause,
    });
  });
  const found = new Map<string, string>();
  for (const file of files)
    if (file.endsWith(".wgsl"))
      found.set(
        file.slice(0, -".wgsl".length),
        new TextDecoder().decode(await readBytes(join(folder, file))),
      );
  return found;
}
