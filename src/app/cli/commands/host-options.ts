import type { OptionSpecs } from "../command.ts";

/** Where a command's job runs: options that every command with a job takes. */
export const hostOptions = {
  target: {
    type: "string",
    choices: ["chrome", "node"],
    default: "chrome",
    help: "headless Chrome, or Dawn in Node",
  },
  gpu: {
    type: "string",
    choices: ["auto", "software", "hardware"],
    default: "auto",
    help: "which adapter; auto takes the GPU when there is one",
  },
  headed: { type: "boolean", help: "open the browser's window" },
} as const satisfies OptionSpecs;
