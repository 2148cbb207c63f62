/** The processes of a command's browser, as the system lists them. */
import { execFileSync } from "node:child_process";

interface Listed {
  readonly pid: number;
  readonly parent: number;
  /** Resident memory in kilobytes. */
  readonly rss: number;
  readonly args: string;
}

export const processes = (): Listed[] =>
  execFileSync("ps", ["-eo", "pid=,ppid=,rss=,args="], { encoding: "utf8", maxBuffer: 1e8 })
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, rss, args] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return args === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), rss: Number(rss), args }];
    });

export type BrowserPart = "browser" | "renderer" | "gpu-process";

/** A part of the browser that process `pid` has launched; undefined if there is none. */
export const browserPart = (pid: number, part: BrowserPart): Listed | undefined =>
  processes().find(({ args }) => {
    if (!args.includes(`actigrad-profile-${pid}-`)) return false;
    const [, type = "browser"] = /--type=([\w-]+)/.exec(args) ?? [];
    return type === part;
  });
