import { flag, themed } from "../../../core/options.ts";

/** Where a command's job runs: options that every command with a job takes. */
export const hostOptions = themed("where it runs", {
  target: {
    kind: "word",
    choices: ["chrome", "node"],
    default: "chrome",
    doc: "headless Chrome, or Dawn in Node",
  },
  gpu: {
    kind: "word",
    choices: ["auto", "software", "hardware"],
    default: "auto",
    doc: "which adapter; auto takes the GPU when there is one",
  },
  headed: flag("open the browser's window"),
});
