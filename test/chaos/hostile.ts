/** Malicious requests to the server of a running job. */
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";

/** The ports on which a process listens on 127.0.0.1 (Linux). */
function portsOf(pid: number): number[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return []; // closed meanwhile
      }
    }),
  );
  return readFileSync(`/proc/${pid}/net/tcp`, "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === "0A" && own.has(inode!))
    .map(([, local]) => Number.parseInt(local!.split(":")[1]!, 16));
}

/** Each request with its required answer. */
const requests: readonly (readonly [
  method: string,
  path: string,
  host: string | undefined,
  status: number,
])[] = [
  ["GET", "/%", undefined, 400],
  ["GET", "//", undefined, 403],
  ["GET", "/file?name=/etc/passwd", undefined, 403],
  ["PUT", "/file?name=/tmp/harm", undefined, 403],
  ["GET", "/kept?name=snapshot", undefined, 403],
  ["GET", "/00000000-0000-0000-0000-000000000000/", undefined, 403],
  ["GET", "/src/app/jobs/page.ts", undefined, 403],
  ["GET", "/@fs/etc/passwd", undefined, 403],
  ["GET", "/", "elsewhere.example", 403],
];

/** @returns the wrong answers; undefined if no port is found */
export async function hostile(pid: number): Promise<readonly string[] | undefined> {
  const [port] = portsOf(pid);
  if (port === undefined) return undefined;
  const wrong: string[] = [];
  for (const [method, path, host, status] of requests) {
    const got = await answer(port, method, path, host ?? `127.0.0.1:${port}`);
    if (got !== status) wrong.push(`${method} ${path}: ${got}, expected ${status}`);
  }
  await garbage(port, `\u0000\u0001${"x".repeat(70_000)}\r\n\r\n`);
  await garbage(port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n");
  return wrong;
}

const answer = (port: number, method: string, path: string, host: string): Promise<number | string> =>
  new Promise((resolve) => {
    request({ host: "127.0.0.1", port, method, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", ({ message }) => resolve(message))
      .end();
  });

const garbage = (port: number, text: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
    socket.resume();
  });
