import { expect, test } from "vitest";
import { commands } from "vitest/browser";

test("before the browser is killed", () => expect(navigator.gpu).toBeDefined());

test("the browser is killed", async () => {
  await commands.kill("browser");
  await new Promise((resolve) => setTimeout(resolve, 30_000));
});

test("after it", () => expect(navigator.gpu).toBeDefined());
