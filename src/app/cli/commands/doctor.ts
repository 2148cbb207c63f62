import { gpuFlags } from "../../../host/browser.ts";
import { obstacles } from "../../../host/diagnose.ts";
import { findBrowser } from "../../../host/find-browser.ts";
import { defineCommand } from "../command.ts";
import { writeJsonFile } from "../json-files.ts";
import { hostOptions } from "./host-options.ts";

export const doctor = defineCommand({
  name: "doctor",
  summary:
    "Prints what would compute: the host, the WebGPU adapter, its features and limits; runs a kernel, and says why there is no GPU.",
  options: {
    ...hostOptions,
    json: { kind: "word", value: "FILE", writes: true, doc: "write it as JSON" },
  },
  async run({ options }, { terminal, runJob, signal }) {
    const { target, gpu, headed, json } = options;
    const say = (line: string): void => terminal.say(line);
    const browser = target === "chrome" ? await findBrowser(say) : undefined;
    const found = await runJob("doctor", {}, { target, gpu, headless: !headed, signal, say });
    const result = {
      ...found,
      ...(browser === undefined ? {} : { browser, flags: gpuFlags(!found.adapter.software) }),
      ...(found.adapter.software && gpu !== "software" ? { obstacles: obstacles(browser) } : {}),
    };
    const { host, features, limits, flags, checked } = result;
    const { vendor, architecture, description, software } = result.adapter;
    const adapter = [vendor, architecture, description].filter(Boolean).join(" ");
    const rows = [
      ["host", host],
      ...(browser === undefined ? [] : [["browser", browser]]),
      ...(flags === undefined ? [] : [["flags", flags.join(" ")]]),
      [
        "adapter",
        software ? terminal.style("yellow", `${adapter} (software: computes on the CPU)`) : adapter,
      ],
      ["kernel", `${checked} numbers computed, all right`],
      ["features", features.join(", ")],
      ...(result.obstacles ?? []).map((text) => ["no GPU", text]),
    ];
    terminal.table(rows);
    terminal.print();
    const table = Object.entries(limits).map(([name, value]) => [name, String(value)]);
    terminal.table([["limit", "value"], ...table]);
    await writeJsonFile("doctor", json, result);
    return 0;
  },
});
