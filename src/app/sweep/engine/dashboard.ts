/** bull-board: shows the queue's contents in a browser of this machine. */
import { ActigradError } from "../../../core/errors.ts";
import { serveLocally } from "../../../host/serve.ts";
import { QUEUE, type Redis } from "./redis.ts";

export interface Dashboard {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves it on 127.0.0.1. @throws ActigradError "queue" without bull-board's packages */
export async function openDashboard({ bullmq, connection }: Redis): Promise<Dashboard> {
  const load = () =>
    Promise.all([
      import("@bull-board/api"),
      import("@bull-board/api/bullMQAdapter"),
      import("@bull-board/express"),
    ]);
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await load().catch(
    (cause: unknown) => {
      throw new ActigradError("queue", "--dashboard needs bull-board, which is not installed", {
        hint: "npm i @bull-board/api @bull-board/express",
        cause,
      });
    },
  );
  const queue = new bullmq.Queue(QUEUE, { connection });
  queue.on("error", () => undefined); // whoever computes tells of it
  const serverAdapter = new ExpressAdapter();
  createBullBoard({ queues: [new BullMQAdapter(queue)], serverAdapter });
  const answer = serverAdapter.getRouter() as (request: unknown, response: unknown) => void;
  const server = await serveLocally((request, response) => answer(request, response));
  return {
    address: server.origin,
    async close() {
      server.close();
      (await queue.client).disconnect();
    },
  };
}
