import { testDevice } from "actigrad/testing";
import { test } from "vitest";

const usage = 0x80; // STORAGE

test("leaves a buffer", async () => {
  (await testDevice()).createBuffer({ label: "forgotten", size: 64, usage });
});

test("leaves none", async () => {
  (await testDevice()).createBuffer({ size: 64, usage }).destroy();
});
