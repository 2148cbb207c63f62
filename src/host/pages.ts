/** The source of the page that runs jobs: Vite in the repository, built files in the package. */
import { createReadStream, existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { contains } from "./files.ts";

export interface Pages {
  /** URL path of the page's script. */
  readonly script: string;
  readonly serve: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
}

/** Sends a file from a folder, never from outside it; false if there is no such file. */
export function sendFile(folder: string, path: string, response: ServerResponse): boolean {
  const file = join(folder, path);
  const type = mimeTypes[extname(file)];
  if (type === undefined || !contains(folder, file) || !existsSync(file)) return false;
  response.setHeader("Content-Type", `${type}; charset=utf-8`);
  createReadStream(file).pipe(response);
  return true;
}

const mimeTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".gz": "application/gzip",
  ".html": "text/html",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
};

/** Serves the files of a folder, and nothing outside it. */
export function staticPages(folder: string, script: string): Pages {
  return {
    script,
    serve(request, response, next) {
      const path = (request.url ?? "/").split("?", 1)[0]!;
      if (!sendFile(folder, path, response)) next();
    },
  };
}
