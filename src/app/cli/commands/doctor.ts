import { defineCommand } from "../command.ts";
import { writeJsonFile } from "../json-files.ts";
import { hostOptions } from "./host-options.ts";

export const doctor = defineCommand({
  name: "doctor",
  summary: "Prints who would compute: the host, the WebGPU adapter, its features and limits.",
  options: {
    ...hostOptions,
    json: { kind: "word", value: "FILE", writes: true, doc: "write it as JSON" },
  },
  async run({ options }, { terminal, runJob, signal }) {
    const { target, gpu, headed, json } = options;
    const say = (line: string): void => terminal.say(line);
    const result = await runJob("doctor", {}, { target, gpu, headless: !headed, signal, say });
    const { host, features, limits } = result;
    const { vendor, architecture, description, software } = result.adapter;
    const adapter = [vendor, architecture, description].filter(Boolean).join(" ");
    const rows = [
      ["host", host],
      [
        "adapter",
        software ? terminal.style("yellow", `${adapter} (software: computes on the CPU)`) : adapter,
      ],
      ["features", features.join(", ")],
    ];
    terminal.table(rows);
    terminal.print();
    const table = Object.entries(limits).map(([name, value]) => [name, String(value)]);
    terminal.table([["limit", "value"], ...table]);
    await writeJsonFile("doctor", json, result);
    return 0;
  },
});
