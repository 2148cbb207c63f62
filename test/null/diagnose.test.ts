import { expect, test } from "vitest";
import { type Machine, obstacles } from "../../src/host/diagnose.ts";

const machine = (
  files: readonly string[],
  { version = "", locked = false, platform = "linux" } = {},
): Machine => ({
  platform,
  exists: (path) => files.includes(path),
  mayUse: () => !locked,
  list: (folder) =>
    files.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
  text: (path) => (path === "/proc/version" ? version : ""),
});
const vulkan = "/usr/lib/x86_64-linux-gnu/libvulkan.so.1";
const mesa = "/usr/share/vulkan/icd.d/radeon_icd.x86_64.json";

test.each<[string, Machine, RegExp[]]>([
  [
    "a container without devices",
    machine(["/.dockerenv", vulkan]),
    [/container has no \/dev\/dri: start it with --device/],
  ],
  [
    "no GPU, no loader",
    machine([]),
    [/no \/dev\/dri: this machine has no GPU/, /apt-get install libvulkan1/],
  ],
  ["WSL", machine([vulkan], { version: "Linux 5.15 Microsoft" }), [/WSL/]],
  ["another user's", machine(["/dev/dri/renderD128", vulkan, mesa], { locked: true }), [/group render/]],
  ["no driver", machine(["/dev/dri/renderD128", vulkan]), [/mesa-vulkan-drivers/]],
  ["NVIDIA without its driver", machine(["/dev/nvidiactl", vulkan, mesa]), [/NVIDIA_DRIVER_CAPABILITIES/]],
  ["all in order", machine(["/dev/dri/renderD128", vulkan, mesa]), []],
  ["another system", machine([], { platform: "darwin" }), []],
])("%s", (_, given, wanted) => {
  const found = obstacles("/usr/bin/chromium", given);
  expect(found.length).toBe(wanted.length);
  for (const [i, pattern] of wanted.entries()) expect(found[i]).toMatch(pattern);
});

test("headless-shell is no Chrome", () => {
  const path = "/cache/chrome-headless-shell/chrome-headless-shell";
  expect(obstacles(path, machine([], { platform: "darwin" }))).toEqual([
    expect.stringContaining("has no WebGPU"),
  ]);
});
