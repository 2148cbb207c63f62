import { describe, expect, test } from "vitest";
import { missingFiles, recognise } from "../../src/app/lab/data/drop.ts";
import { datasetSpec } from "../../src/app/jobs/dataset-spec.ts";

const files = (...names: string[]): File[] => names.map((name) => new File(["x"], name));
const idx = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];

describe("a dataset's spec", () => {
  test.each([
    ["spirals:n=400,noise=0.1", "spirals", "n=400,noise=0.1", []],
    ["spirals:, n", "spirals", ", n", []], // as it is while it is typed
    ["iris.csv:label=species", "iris.csv", "label=species", ["iris.csv"]],
    ["C:\\iris.csv", "C:\\iris.csv", "", ["C:\\iris.csv"]],
    ["x.npy,y.npy", "x.npy,y.npy", "", ["x.npy", "y.npy"]],
  ])("%s", (spec, target, options, paths) => {
    expect(datasetSpec(spec, ["spirals"])).toEqual({ target, options, paths });
  });
});

describe("dropped files", () => {
  test("are a dataset by its target, with the files that are its own", () => {
    const [readme, labels, features] = files("readme.md", "y_train.npy", "x_train.npy");
    expect(recognise([readme!, labels!, features!])).toEqual({
      kind: "dataset",
      target: "x_train.npy,y_train.npy",
      images: false,
      files: [labels, features],
    });
    expect(recognise(files(...idx))).toMatchObject({ target: "dropped/", images: true });
    expect(recognise(files("readme.md", "a.png"))).toEqual({ kind: "unknown", names: "readme.md, a.png" });
    expect(recognise(files(idx[0]!)).kind).toBe("unknown");
  });

  test("that a spec names and that are not there are told", () => {
    expect(missingFiles("iris.csv:label=species", files("iris.csv"))).toEqual([]);
    expect(missingFiles("x.npy,y.npy", files("x.npy"))).toEqual(["y.npy"]);
    expect(missingFiles("dropped/", files(...idx))).toEqual([]);
    expect(missingFiles("dropped/:train=10", [])).toEqual(["train-images…"]);
    expect(missingFiles("spirals:n=400", [])).toEqual([]);
    expect(missingFiles("mnist-small/:train=500", [])).toEqual([]);
  });
});
