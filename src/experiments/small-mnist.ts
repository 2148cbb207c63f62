/** The part of MNIST that comes with the lab page, for statements on images if a visitor provides none. */
const [ROWS, TESTS] = [4000, 1000];

export const smallMnist = {
  /** The folder name that stands for this dataset. */
  folder: "mnist-small/",
  rows: ROWS,
  tests: TESTS,
  /** Rows of each of MNIST's files. */
  files: {
    "train-images-idx3-ubyte": ROWS,
    "train-labels-idx1-ubyte": ROWS,
    "t10k-images-idx3-ubyte": TESTS,
    "t10k-labels-idx1-ubyte": TESTS,
  } as Readonly<Record<string, number>>,
} as const;
