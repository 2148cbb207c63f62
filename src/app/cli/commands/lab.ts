import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ActigradError } from "../../../core/errors.ts";
import { flag } from "../../../core/options.ts";
import { sendFile } from "../../../host/pages.ts";
import { serveLocally } from "../../../host/serve.ts";
import { defineCommand } from "../command.ts";

export const lab = defineCommand({
  name: "lab",
  summary: "Serves the lab page on this machine and opens it in your browser. Ctrl-C ends it.",
  options: {
    port: {
      kind: "number",
      whole: true,
      default: 0,
      min: 0,
      max: 65_535,
      doc: "port on 127.0.0.1; 0 picks a free one",
    },
    noOpen: flag("print the address instead of opening a browser"),
  },
  async run({ options }, { terminal, signal, labFolder }) {
    if (!existsSync(join(labFolder, "index.html"))) {
      throw new ActigradError("file", `the lab page is not built: ${labFolder} has no index.html`, {
        hint: "npm run build",
      });
    }
    const server = await serveLocally(
      (_, response, { path }) => {
        if (!sendFile(labFolder, path.endsWith("/") ? `${path}index.html` : path, response))
          response.writeHead(404).end();
      },
      { port: options.port },
    );
    terminal.print(`${server.origin}/`);
    if (!options.noOpen) open(`${server.origin}/`, (what) => terminal.say(what));
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve());
    });
    server.close();
    return 0;
  },
});

/** Opens an address in the user's browser; if that fails, the printed address has to do. */
function open(url: string, say: (what: string) => void): void {
  const [command, args]: [string, string[]] =
    process.platform === "darwin"
      ? ["open", [url]]
      : process.platform === "win32"
        ? ["cmd", ["/c", "start", "", url]]
        : ["xdg-open", [url]];
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => say("no browser could be opened; open the address above yourself"));
  child.unref();
}
