/** How coordinator and workers reach Redis or Valkey: through BullMQ, which is loaded only if a server is named. */
import { connect, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type * as Bullmq from "bullmq";
import { ActigradError } from "../../../core/errors.ts";
import { version } from "../../../../package.json";
import type { SweepJob } from "../job.ts";

/** The one queue that all sweeps of a server share. */
export const QUEUE = "actigrad";
const PASSWORD = "ACTIGRAD_REDIS_PASSWORD";
/** Seconds that a server may take to answer at the start; later it is waited for. */
const PATIENCE = 10;

/** Sent with each job: workers of another version would give other bits. */
export interface Payload {
  readonly version: string;
  readonly job: SweepJob;
}

export const payloadOf = (job: SweepJob): Payload => ({ version, job });

export interface Redis {
  readonly bullmq: typeof Bullmq;
  readonly connection: Bullmq.ConnectionOptions;
  /** Without user and password, for messages. */
  readonly place: string;
}

/** @throws ActigradError "queue" without the package bullmq, or without an answer; "option" for an invalid URL */
export async function openRedis(url: string): Promise<Redis> {
  const connection = connectionOf(url);
  const bullmq = await import("bullmq").catch((cause: unknown) => {
    throw new ActigradError("queue", "--redis needs the package bullmq, which is not installed", {
      hint: "npm i bullmq",
      cause,
    });
  });
  await greet(connection);
  return { bullmq, connection, place: `${connection.host}:${connection.port}` };
}

type Address = Bullmq.RedisOptions & {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly servername?: string };
};

/** The password comes from the environment: a URL shows in process lists and in a shell's history. */
function connectionOf(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = Number(url?.pathname.slice(1) ?? 0);
  if (!/^rediss?:$/.test(url?.protocol ?? "") || !url?.hostname || !Number.isInteger(database))
    throw new ActigradError(
      "option",
      "--redis: expected a URL such as redis://127.0.0.1:6379, or rediss:// for TLS",
    );
  if (url.password !== "")
    throw new ActigradError("option", `--redis: do not put the password in the URL`, {
      hint: `set ${PASSWORD}`,
    });
  const password = process.env[PASSWORD];
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  return {
    host,
    port: Number(url.port || 6379),
    db: database,
    maxRetriesPerRequest: null, // a command waits until the server is back
    retryStrategy: (times: number) => Math.min(1000, 100 * times),
    ...(url.username !== "" && { username: decodeURIComponent(url.username) }),
    ...(password !== undefined && { password }),
    ...(url.protocol === "rediss:" && { tls: isIP(host) ? {} : { servername: host } }), // TLS names no addresses
  };
}

/**
 * Asks the server whether it takes commands, before anything waits for it.
 * @throws ActigradError "queue" if there is no answer, or if the server wants another password
 */
async function greet({ host, port, username, password, tls }: Address): Promise<void> {
  const words = (...all: readonly string[]): string =>
    `*${all.length}\r\n${all.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
  const login = password === undefined ? [] : [words("AUTH", ...(username ? [username] : []), password)];
  const expected = [...login, words("PING")];
  const socket = tls === undefined ? connect(port, host) : connectTls({ host, port, ...tls });
  const fault = await new Promise<string | undefined>((resolve) => {
    let heard = "";
    socket.setTimeout(PATIENCE * 1000, () => resolve(`no answer in ${PATIENCE} s`));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve("it closed the connection"));
    socket.setEncoding("utf8").on("data", (text: string) => {
      heard += text;
      const answers = heard.split("\r\n").slice(0, -1);
      const refusal = answers.find((answer) => answer.startsWith("-"));
      if (refusal !== undefined) resolve(refusal.slice(1));
      else if (answers.length === expected.length) resolve(undefined);
    });
    socket.write(expected.join(""));
  });
  socket.destroy();
  if (fault === undefined) return;
  throw new ActigradError("queue", `the server ${host}:${port} takes no jobs: ${fault}`, {
    hint: /^(NOAUTH|WRONGPASS|NOPERM)/.test(fault)
      ? `set ${PASSWORD}`
      : "docs/sweeps.md says how to start Redis",
  });
}
