import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Shaders without their comments, a tenth less for a page to load. `//#` lines are the templates' directives. */
export const shadersWithoutComments: Plugin = {
  name: "shaders-without-comments",
  enforce: "pre",
  apply: "build",
  load(id) {
    if (!id.endsWith(".wgsl?raw")) return null;
    const text = readFileSync(id.replace("?raw", ""), "utf8")
      .replaceAll(/^\s*\/\/(?!#).*\n/gm, "")
      .replaceAll(/ +\/\/(?!#).*$/gm, "");
    return `export default ${JSON.stringify(text)}`;
  },
};
