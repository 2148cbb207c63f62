/** A project that tests its WGSL with actigrad's kit: some of its tests are wrong on purpose. */
import { execFileSync } from "node:child_process";
import { gpuTests } from "actigrad/testing/vitest";
import { defineConfig } from "vitest/config";

/** Kills a part of the browser that this process has launched. */
function kill(_: unknown, part: string): void {
  const listed = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8", maxBuffer: 1e8 }).split("\n");
  for (const line of listed) {
    const [, pid, args = ""] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    const [, type = "browser"] = /--type=([\w-]+)/.exec(args) ?? [];
    if (args.includes(`actigrad-profile-${process.pid}-`) && type === part)
      process.kill(Number(pid), "SIGKILL");
  }
}

export default defineConfig({
  plugins: [gpuTests({ gpu: "software" })],
  server: { fs: { strict: false } }, // its packages are links
  test: {
    include: ["test/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    browser: { commands: { kill } },
  },
});
