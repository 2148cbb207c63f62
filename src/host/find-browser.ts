/** Finds a Chrome or Chromium on this machine, or installs one. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type * as Puppeteer from "puppeteer";
import { ActigradError } from "../core/errors.ts";

/** Called with a line about each slow step. */
export type Say = (line: string) => void;

/**
 * The path of a browser that starts. Tries in this order: PUPPETEER_EXECUTABLE_PATH, puppeteer's cache, the system's Chrome or
 * Chromium, puppeteer's download, and on Debian or Ubuntu as root `apt-get install chromium`.
 * @throws ActigradError "no-gpu" with advice if all of that fails
 */
export async function findBrowser(say: Say): Promise<string> {
  const named = process.env["PUPPETEER_EXECUTABLE_PATH"];
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new ActigradError("no-gpu", `PUPPETEER_EXECUTABLE_PATH names ${named}, which does not exist`, {
      hint: "correct the variable, or unset it to search for a browser",
    });
  }
  const { default: puppeteer } = await importPuppeteer();
  const present = [puppeteer.executablePath(), ...systemBrowsers()].find(starts);
  if (present !== undefined) return present;

  const downloaded = await download(puppeteer.executablePath(), say);
  if (downloaded !== undefined) return downloaded;

  if (isDebianAsRoot()) {
    say("installing the system's chromium (apt-get install chromium)");
    // Ubuntu's "chromium" is a stub for snap, which containers lack: no browser appears then.
    const installed =
      (await run("apt-get", ["update"])) && (await run("apt-get", ["install", "-y", "chromium"]));
    const chromium = installed ? systemBrowsers().find(starts) : undefined;
    if (chromium !== undefined) return chromium;
  }
  throw new ActigradError("no-gpu", "WebGPU needs a browser, and none was found or could be installed", {
    hint: "install Chrome or Chromium, or set PUPPETEER_EXECUTABLE_PATH to one",
  });
}

/** Puppeteer is an optional peer dependency: the library alone does not need it. */
export async function importPuppeteer(): Promise<typeof Puppeteer> {
  try {
    return await import("puppeteer");
  } catch (cause) {
    throw new ActigradError("no-gpu", "the package puppeteer, which drives the browser, is not installed", {
      hint: "npm i puppeteer",
      cause,
    });
  }
}

/** Downloads puppeteer's version of Chrome into its cache; undefined if that fails or the browser does not start. */
async function download(executablePath: string, say: Say): Promise<string | undefined> {
  // The path contains the cache folder and the version: CACHE/chrome/linux-148.0.7778.97/chrome-linux64/chrome
  const [, cacheDir, buildId] = /^(.*)[\\/]chrome[\\/]\w+-([\d.]+)[\\/]/.exec(executablePath) ?? [];
  if (cacheDir === undefined || buildId === undefined) return undefined;
  say(`no Chrome or Chromium found; downloading Chrome ${buildId} to ${cacheDir}`);
  try {
    const { Browser, install } = await import("@puppeteer/browsers");
    let told = 0;
    const downloadProgressCallback = (bytes: number, total: number): void => {
      const percent = Math.floor((10 * bytes) / total) * 10;
      if (percent > told) say(`${percent} % of ${Math.round(total / 1e6)} MB`);
      told = Math.max(told, percent);
    };
    await install({ browser: Browser.CHROME, buildId, cacheDir, downloadProgressCallback });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return undefined;
  }
  if (starts(executablePath)) return executablePath;
  say("the downloaded Chrome does not start; the system may lack libraries that it needs");
  return undefined;
}

export function systemBrowsers(): string[] {
  const { env } = process;
  const folders = (...names: (string | undefined)[]): string[] => names.filter((name) => name !== undefined);
  const within = (roots: string[], paths: string[]): string[] =>
    paths.flatMap((path) => roots.map((root) => join(root, path)));

  switch (process.platform) {
    case "darwin": {
      const names = ["Google Chrome", "Chromium", "Google Chrome Canary", "Microsoft Edge"];
      const programs = names.map((name) => `${name}.app/Contents/MacOS/${name}`);
      return within(["/Applications", join(homedir(), "Applications")], programs);
    }
    case "win32":
      return within(folders(env["PROGRAMFILES"], env["PROGRAMFILES(X86)"], env["LOCALAPPDATA"]), [
        "Google/Chrome/Application/chrome.exe",
        "Chromium/Application/chrome.exe",
        "Microsoft/Edge/Application/msedge.exe",
      ]);
    default: {
      const names = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser"];
      return within((env["PATH"] ?? "").split(delimiter).filter(Boolean), names);
    }
  }
}

/** Whether the file exists and, on Linux, all of its shared libraries: a download on a bare machine may lack some. */
function starts(path: string): boolean {
  if (!existsSync(path)) return false;
  if (process.platform !== "linux") return true;
  try {
    execFileSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

function isDebianAsRoot(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/etc/os-release"))
    return false;
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Runs a program with its output on stderr; false if it is missing or fails. */
function run(program: string, args: readonly string[]): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const child = spawn(program, args, { env, stdio: ["ignore", process.stderr, "inherit"] });
  return new Promise((resolve) => {
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}
