/** A server for this machine only. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ActigradError } from "../core/errors.ts";

export interface LocalServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  close(): void;
}

/** Answers a request for a path, which is decoded and begins with a slash. */
export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  url: { readonly path: string; readonly search: URLSearchParams },
) => void;

/**
 * Serves on 127.0.0.1. A malformed request gets 400, and one with another host name 403; otherwise a foreign page could reach the
 * server through a name that resolves to this machine.
 * @param options.port 0 (default) picks a free port
 * @param options.hosts allowed host names besides 127.0.0.1 and localhost
 * @throws ActigradError "option" if the port is taken
 */
export async function serveLocally(
  answer: Answer,
  { port = 0, hosts = [] }: { readonly port?: number; readonly hosts?: readonly string[] } = {},
): Promise<LocalServer> {
  const known = ["127.0.0.1", "localhost", ...hosts];
  const server = createServer((request, response) => {
    const refuse = (status: number): void => void response.writeHead(status).end();
    if (!known.includes((request.headers.host ?? "").replace(/:\d+$/, ""))) return refuse(403);
    const url = urlOf(request);
    return url === undefined ? refuse(400) : answer(request, response, url);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new ActigradError("option", `cannot serve on port ${port}`, { hint: "choose another port", cause }),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function urlOf({ url = "/" }: IncomingMessage): Parameters<Answer>[2] | undefined {
  const [path = "", query = ""] = url.split("?", 2);
  try {
    return { path: decodeURIComponent(path), search: new URLSearchParams(query) };
  } catch {
    return undefined; // a percent sign that does not begin an escape
  }
}
