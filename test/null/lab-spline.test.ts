import { expect, test } from "vitest";
import { parseActivation } from "../../src/index.ts";
import { surfaceAt, writeShares } from "../../src/app/lab/data/clip.ts";
import { FIRST_SPLINE, moved, pointsOf, withPoints } from "../../src/app/lab/data/spline-points.ts";
import clip from "../../src/app/lab/recorded/clip.json" with { type: "json" };

test("a spline's points in its text: read, moved between their neighbours, written", () => {
  const points = pointsOf(FIRST_SPLINE)!;
  expect(points).toHaveLength(6);
  expect(pointsOf("relu")).toBeUndefined();
  expect(pointsOf("spline:monotone,points=-1/0/1/1,learn")).toEqual([
    [-1, 0],
    [1, 1],
  ]);
  expect(moved(points, 1, [-1.501, 0.333])[1]).toEqual([-1.5, 0.33]);
  // Not past a neighbour, and not out of the picture.
  expect(moved(points, 1, [9, 0])[1]).toEqual([-0.8, 0]);
  expect(moved(points, 5, [9, -9])[5]).toEqual([5, -5]);
  const text = withPoints(`${FIRST_SPLINE},monotone`, moved(points, 0, [-4.5, 0]));
  expect(text).toBe("spline:points=-4.5/0/-2/-0.25/-0.75/-0.25/0/0/1/0.75/3/3,monotone");
  expect(parseActivation(text).activation!.f(3, parseActivation(text).params!)).toBeCloseTo(3);
});

test("the clip: each frame a square of shares, an accuracy with its range", () => {
  for (const { frames, losses, scores } of clip.lanes) {
    expect([frames.length, losses.length, scores.length]).toEqual(
      clip.steps.map(() => clip.steps.length).slice(0, 3),
    );
    for (const frame of frames) expect(frame).toHaveLength(clip.side ** 2);
    for (const [median, low, high] of scores) expect(low! <= median! && median! <= high!).toBe(true);
  }
  const { side } = clip;
  const shares = Array.from({ length: side ** 2 }, (_, i) => i / side ** 2);
  const lane = { activation: "x", frames: [writeShares(shares)], losses: [1], scores: [[1, 1, 1] as const] };
  const { pixels } = surfaceAt({ ...clip, steps: [0], lanes: [lane] }, 0, 0);
  // From the first class's red, 45, to the second's, 225.
  for (const [cell, share] of shares.entries())
    expect(Math.abs(pixels[4 * cell]! - (45 + 180 * share))).toBeLessThan(4);
});
