/** The test's own Redis, on a free port, with its file in a temporary folder; and a connection to it that can be cut. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failed } from "./script.ts";

const keys = fileURLToPath(new URL("tls", import.meta.url));
/** Self-signed, for localhost and 127.0.0.1: only for tests. */
export const certificate = join(keys, "cert.pem");

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return port;
}

export interface OwnRedis {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** Kills it at once, like a power cut, and restarts it with its file. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws if Debian's redis-server is not installed: tests that need it fail instead of being skipped */
export async function startRedis({
  password,
  fsync = "always",
  tls = false,
}: {
  readonly password?: string;
  readonly fsync?: "always" | "everysec";
  readonly tls?: boolean;
} = {}): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), "actigrad-redis-"));
  const port = await freePort();
  const start = async (): Promise<ChildProcess> => {
    const options = [
      ...(tls ? ["--port", 0, "--tls-port", port, "--tls-auth-clients", "no"] : ["--port", port]),
      ...(tls ? ["--tls-cert-file", certificate, "--tls-key-file", join(keys, "key.pem")] : []),
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--appendonly",
      "yes",
      "--save",
      "",
    ];
    options.push("--appendfsync", fsync, "--proto-max-bulk-len", "1mb");
    if (password !== undefined) options.push("--requirepass", password);
    const child = spawn("redis-server", options.map(String), { stdio: "ignore" });
    await new Promise<void>((resolve, reject) => {
      child.once("error", () =>
        reject(
          new Failed("redis-server is not installed: apt-get install -y redis-server (no service need run)"),
        ),
      );
      child.once("exit", (code) => reject(new Failed(`redis-server ended at once, with code ${code}`)));
      const knock = (): void => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.destroy();
          resolve();
        });
        socket.on("error", () => setTimeout(knock, 50));
      };
      child.once("spawn", knock);
    });
    return child;
  };
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  let child = await start();
  return {
    port,
    url: `redis${tls ? "s" : ""}://127.0.0.1:${port}`,
    get pid() {
      return child.pid!;
    },
    async restart() {
      await end(child);
      child = await start();
    },
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Cable {
  readonly url: string;
  /** Cuts every connection, and accepts none until it is restored. */
  cut(): void;
  mend(): void;
  close(): void;
}

/** Forwards bytes to a port. */
export async function cableTo(port: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return void near.destroy();
    const far = connect(port, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const own = await listen(server);
  const cut = (): void => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${own}`,
    cut,
    mend: () => (whole = true),
    close() {
      cut();
      server.close();
    },
  };
}
