/** Launches a browser with working WebGPU: on this machine's GPU, or on Chrome's software adapter. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Browser } from "puppeteer";
import { ActigradError } from "../core/errors.ts";
import { obstacles } from "./diagnose.ts";
import { keepProfile, newProfile } from "./profile.ts";
import { hasGpu, type GpuChoice } from "./gpu-choice.ts";
import { findBrowser, importPuppeteer, type Say } from "./find-browser.ts";
import { openWithAdapter } from "./page-adapter.ts";

/** How a browser is launched. */
export interface LaunchOptions {
  /** "auto" (default) takes the GPU when the machine has one, and Chrome's software adapter otherwise. */
  readonly gpu?: GpuChoice;
  /** Cancels the launch; has no effect once the browser is launched. */
  readonly signal?: AbortSignal;
  /** False opens a window. */
  readonly headless?: boolean;
  /** Further flags, for crash tests. */
  readonly flags?: readonly string[];
  readonly say?: Say;
}

/**
 * Launches a browser, which the caller closes. Signals are left to the caller too, so that Ctrl-C can end a job properly. The
 * browser is controlled through a pipe: no other user of the machine can connect to it, and it always ends with this process.
 * @throws ActigradError "no-gpu" if there is no browser, none starts, or, with "hardware", none has a GPU's adapter within 20 s;
 * "aborted"
 */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const { gpu = "auto", signal, say = (line) => void process.stderr.write(`${line}\n`) } = options;
  const goOn = (): void => {
    if (signal?.aborted) throw new ActigradError("aborted", "launching the browser was cancelled");
  };
  goOn();
  const executablePath = await findBrowser(say);
  const { default: puppeteer } = await importPuppeteer();
  const launch = async (hardware: boolean): Promise<Browser> => {
    const profile = await newProfile();
    const kept = keepProfile(profile);
    try {
      const browser = await puppeteer.launch({
        executablePath,
        pipe: true,
        userDataDir: profile,
        headless: options.headless ?? true,
        args: [...quietFlags, ...gpuFlags(hardware), ...(options.flags ?? [])],
        protocolTimeout: 0, // a job runs as long as it needs
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
      });
      kept.browserRuns();
      browser.once("disconnected", () => void kept.remove());
      return browser;
    } catch (cause) {
      await kept.remove();
      throw new ActigradError("no-gpu", `the browser ${executablePath} does not start`, {
        hint: "choose another one with PUPPETEER_EXECUTABLE_PATH",
        cause,
      });
    }
  };

  if (gpu === "software" || (gpu === "auto" && !hasGpu())) return launch(false);
  const browser = await launch(true);
  const opened = await openWithAdapter(browser, { hardware: gpu === "hardware", signal });
  if (typeof opened !== "string") {
    await opened.close();
    return browser;
  }
  await killBrowser(browser);
  goOn();
  if (gpu === "auto") return launch(false); // the machine has a GPU, but no driver that Chrome can use
  throw new ActigradError("no-gpu", `a GPU is required, but Chrome ${opened}`, {
    hint: [...obstacles(executablePath), '--gpu software (in code gpu: "software") computes on the CPU'].join(
      "; ",
    ),
  });
}

/** Kills a browser and all of its processes, since a browser whose GPU process hangs may not close. */
export async function killBrowser(browser: Browser): Promise<void> {
  const child = browser.process();
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  if (process.platform === "win32") spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"]);
  else process.kill(-child.pid, "SIGKILL"); // puppeteer makes it the leader of its process group
  await exited;
}

/** In addition to puppeteer's own: no traffic, no first-run pages. */
const quietFlags = ["--disable-quic", "--disable-component-update", "--no-default-browser-check"];

/** The flags with which Chrome offers WebGPU on this system. */
export function gpuFlags(hardware: boolean): string[] {
  // Timestamps in nanoseconds, for profiles. Coarse ones protect pages from each other, but only our own pages run here.
  const flags = ["--enable-unsafe-webgpu", "--disable-dawn-features=timestamp_quantization"];
  if (!hardware) flags.push("--use-webgpu-adapter=swiftshader");
  if (process.platform === "linux") {
    // Containers and hardened kernels provide no sandbox; only our own pages are opened.
    flags.push("--no-sandbox");
    if (hardware) flags.push("--use-angle=vulkan", "--enable-features=Vulkan", "--disable-vulkan-surface");
  }
  return flags;
}
