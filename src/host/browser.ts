/** Launches a browser whose WebGPU works: on this machine's GPU, or on the software adapter that Chrome brings. */
import type { Browser, Page } from "puppeteer";
import { ActigradError } from "../core/errors.ts";
import { keepProfile, newProfile } from "./profile.ts";
import { hasGpu, type GpuChoice } from "./gpu-choice.ts";
import { findBrowser, importPuppeteer, type Say } from "./find-browser.ts";

/** How a browser is launched. */
export interface LaunchOptions {
  /** "auto" (default) takes the GPU when the machine has one, and Chrome's software adapter otherwise. */
  readonly gpu?: GpuChoice;
  /** False opens a window, to look at what happens. */
  readonly headless?: boolean;
  /** Further flags, as the crash tests need them. */
  readonly flags?: readonly string[];
  readonly say?: Say;
}

/**
 * The caller closes the browser. Signals are left to the caller too, so that Ctrl-C can end a job in good order. The browser is
 * spoken to through a pipe: no other user of the machine reaches it by a port, and it ends when this process does, however.
 * @throws ActigradError "no-gpu" when there is no browser, or none that starts
 */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const { gpu = "auto", say = (line) => void process.stderr.write(`${line}\n`) } = options;
  const executablePath = await findBrowser(say);
  const { default: puppeteer } = await importPuppeteer();
  const launch = async (hardware: boolean): Promise<Browser> => {
    const profile = await newProfile();
    const remove = keepProfile(profile);
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
      browser.once("disconnected", () => void remove());
      return browser;
    } catch (cause) {
      await remove();
      throw new ActigradError("no-gpu", `the browser ${executablePath} does not start`, {
        hint: "try another one through PUPPETEER_EXECUTABLE_PATH",
        cause,
      });
    }
  };

  const hardware = gpu === "hardware" || (gpu === "auto" && hasGpu());
  const browser = await launch(hardware);
  if (gpu !== "auto" || !hardware || (await offersAdapter(browser))) return browser;
  await browser.close();
  return launch(false); // a GPU without a driver that Chrome can use
}

/** Beyond puppeteer's own: no traffic, no first-run pages. */
const quietFlags = ["--disable-quic", "--disable-component-update", "--no-default-browser-check"];

/** The flags with which Chrome offers WebGPU on this system. */
export function gpuFlags(hardware: boolean): string[] {
  // Timestamps in nanoseconds, which profiles want; elsewhere they tell pages apart from each other, here are only ours.
  const flags = ["--enable-unsafe-webgpu", "--disable-dawn-features=timestamp_quantization"];
  if (!hardware) flags.push("--use-webgpu-adapter=swiftshader");
  if (process.platform === "linux") {
    // Containers and hardened kernels have no sandbox to offer; only pages of our own are opened.
    flags.push("--no-sandbox");
    if (hardware) flags.push("--use-angle=vulkan", "--enable-features=Vulkan", "--disable-vulkan-surface");
  }
  return flags;
}

/** An empty page of a secure context: an intercepted localhost needs no server. */
export async function openEmpty(page: Page): Promise<void> {
  await page.setRequestInterception(true);
  page.on("request", (request) => void request.respond({ contentType: "text/html", body: "" }));
  await page.goto("http://localhost/");
}

/** Whether a page gets an adapter. */
export const hasAdapter = (page: Page): Promise<boolean> =>
  page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));

async function offersAdapter(browser: Browser): Promise<boolean> {
  const page = await browser.newPage();
  await openEmpty(page);
  const found = await hasAdapter(page);
  await page.close();
  return found;
}
