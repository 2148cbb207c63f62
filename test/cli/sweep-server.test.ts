/** How a server is reached: its password, TLS, and what a browser may see of it. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openDashboard } from "../../src/app/sweep/engine/dashboard.ts";
import { openRedis } from "../../src/app/sweep/engine/redis.ts";
import { certificate, startRedis } from "../support/redis.ts";

test("the password comes from the environment, and is in no message", async () => {
  const own = await startRedis({ password: "open sesame" });
  try {
    const fault = (url: string): Promise<string> =>
      openRedis(url).then(
        () => "answers",
        (error: unknown) => (error as Error).message,
      );
    expect(await fault(own.url)).toMatch(/takes no jobs: NOAUTH.*; set ACTIGRAD_REDIS_PASSWORD/);
    process.env["ACTIGRAD_REDIS_PASSWORD"] = "wrong";
    expect(await fault(own.url)).toMatch(/set ACTIGRAD_REDIS_PASSWORD/);
    expect(await fault(own.url)).not.toContain("wrong");
    process.env["ACTIGRAD_REDIS_PASSWORD"] = "open sesame";
    expect(await fault(own.url)).toBe("answers");
    await expect(openRedis("redis://:sesame@127.0.0.1")).rejects.toThrow(
      /do not put the password in the URL/,
    );
    await expect(openRedis("redis://:sesame@127.0.0.1")).rejects.not.toThrow(/sesame/);
    await expect(openRedis("http://127.0.0.1")).rejects.toMatchObject({ code: "option" });
  } finally {
    delete process.env["ACTIGRAD_REDIS_PASSWORD"];
    await own.stop();
  }
});

test("rediss:// asks for TLS: an unknown certificate is refused, a trusted one carries jobs", async () => {
  const own = await startRedis({ tls: true });
  try {
    await expect(openRedis(own.url)).rejects.toThrow(/takes no jobs: DEPTH_ZERO_SELF_SIGNED_CERT/);
    const script = fileURLToPath(new URL("../run.mjs", import.meta.url));
    const argv = [script, "chaos/queue", "--redis", own.url, "--jobs", "10", "--workers", "1"];
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { env });
    expect(stdout).toMatch(/that server, 1 workers: \d+ jobs a second/);
    expect(stderr).toBe("");
  } finally {
    await own.stop();
  }
});

test("the dashboard shows the queue on 127.0.0.1", async () => {
  const own = await startRedis();
  const dashboard = await openDashboard(await openRedis(own.url));
  try {
    expect(dashboard.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const page = await fetch(dashboard.address);
    expect(page.status).toBe(200);
    const [, script] = /<script[^>]+src="([^"]+)"/.exec(await page.text())!;
    expect((await fetch(new URL(script!, `${dashboard.address}/`))).status).toBe(200);
    const queues = await (await fetch(`${dashboard.address}/api/queues`)).json();
    expect(queues.queues.map(({ name }: { readonly name: string }) => name)).toEqual(["actigrad"]);
  } finally {
    await dashboard.close();
    await own.stop();
  }
});
