import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sendFile } from "../../src/host/pages.ts";
import { type LocalServer, serveLocally } from "../../src/host/serve.ts";
import { cli } from "../support/cli.ts";

let folder: string;
let server: LocalServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "actigrad-"));
  writeFileSync(join(folder, "index.html"), "<p>here</p>");
  server = await serveLocally((_, response, { path }) => {
    if (!sendFile(folder, path, response)) response.writeHead(404).end();
  });
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** A request with an unnormalised path, which `fetch` would normalise. */
const statusOf = (path: string, host = new URL(server.origin).host): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(server.origin);
    request({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });

test("a server of this machine gives its files, and lives on after requests that are malformed or not for it", async () => {
  expect(await statusOf("/index.html")).toBe(200);
  expect(await statusOf("/%")).toBe(400);
  expect(await statusOf("//")).toBe(404);
  expect(await statusOf("/../../etc/passwd.txt")).toBe(404);
  expect(await statusOf("/index.html", "elsewhere.example")).toBe(403);
  expect(await statusOf("/index.html")).toBe(200);
});

test("a port that is taken is a typed error", async () => {
  const port = Number(new URL(server.origin).port);
  await expect(serveLocally(() => undefined, { port })).rejects.toMatchObject({
    code: "option",
    message: `cannot serve on port ${port}; choose another port`,
  });
});

test("the command says what is missing where the page is not built, and what it does not know", async () => {
  const help = await finished(spawn(process.execPath, [cli, "lab", "--help"]));
  expect(help).toMatchObject({ code: 0, out: expect.stringContaining("--no-open") });
  const unknown = await finished(spawn(process.execPath, [cli, "lab", "--prot", "80"]));
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("did you mean --port?") });
});

async function finished(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  let [out, err] = ["", ""];
  child.stdout?.on("data", (text) => (out += String(text)));
  child.stderr?.on("data", (text) => (err += String(text)));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, out, err };
}
