import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Shaders without comments, blank lines and indentation: less for a page to load. `//#` lines are the templates' directives. */
export const bareShaders: Plugin = {
  name: "bare-shaders",
  enforce: "pre",
  apply: "build",
  load(id) {
    if (!id.endsWith(".wgsl?raw")) return null;
    const text = readFileSync(id.replace("?raw", ""), "utf8")
      .replaceAll(/^\s*\/\/(?!#).*\n/gm, "")
      .replaceAll(/ +\/\/(?!#).*$/gm, "")
      .replaceAll(/^\s+/gm, "");
    return `export default ${JSON.stringify(text)}`;
  },
};
