import type { Event, Request } from "../worker/protocol.ts";
import { openWorker } from "./open-worker.ts";

/** Milliseconds between two pings of the worker, and how many may stay unanswered. */
const [ASK_MS, MOST_OPEN] = [5000, 6];

/** A worker that is restarted when it fails or stops answering. */
export class LiveWorker {
  #worker: Worker;
  #open = 0;
  #spoke = false;
  readonly #take: (event: Event) => void;

  /** @param take gets the worker's messages, and "died" once a new worker has replaced it; the old one's data is lost */
  constructor(take: (event: Event) => void) {
    this.#take = take;
    this.#worker = this.#start();
    setInterval(() => {
      // Counts pings, not time, because neither side runs while a computer sleeps.
      if (this.#open >= MOST_OPEN) return this.#restart("the worker no longer answers");
      this.#open++;
      this.send({ kind: "ping" });
    }, ASK_MS);
  }

  send(request: Request): void {
    this.#worker.postMessage(request, []);
  }

  #start(): Worker {
    const worker = openWorker();
    [this.#open, this.#spoke] = [0, false];
    worker.addEventListener("message", ({ data }: MessageEvent<Event>) => {
      if (worker !== this.#worker) return;
      [this.#open, this.#spoke] = [0, true];
      if (data.kind !== "pong") this.#take(data);
    });
    worker.addEventListener("error", ({ message }) => {
      if (worker === this.#worker) this.#restart(message);
    });
    return worker;
  }

  #restart(message: string): void {
    const spoke = this.#spoke;
    this.#worker.terminate();
    if (spoke) this.#worker = this.#start();
    // A worker that never answered is not replaced: a new one would not start either.
    this.#take({ kind: "died", message: spoke ? message : `the worker does not start: ${message}` });
  }
}
