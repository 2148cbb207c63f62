/** The words around an experiment's own texts, in the languages of its texts: for the table, the report, the page. */
import type { Language } from "../core/text.ts";
import type { Answer } from "./experiment.ts";
import type { JudgedMetric } from "./judge.ts";
import type { ImageSetName } from "./place.ts";

export interface Labels {
  readonly answers: Readonly<Record<Answer, string>>;
  /** Of `metricCells`. */
  readonly heading: readonly [label: string, result: string, reference: string, gate: string, passed: string];
  readonly notFinite: string;
  /** The median lies outside the reference's range. */
  readonly outside: string;
  readonly passed: Readonly<Record<JudgedMetric["gate"], string>>;
  /** How the bounds of a gate are put into words. */
  readonly gate: {
    readonly between: (from: string, to: string) => string;
    readonly atMost: (value: string) => string;
    readonly atLeast: (value: string) => string;
    readonly each: string;
  };
  /** Around the number that a visitor may change. */
  readonly drag: {
    readonly change: string;
    readonly reset: (value: string) => string;
    readonly own: string;
    readonly usual: string;
    readonly figures: string;
  };
  readonly seeds: (count: number) => string;
  /** What images mean that the reference is not for. */
  readonly images: Readonly<Record<Exclude<ImageSetName, "fashion-mnist">, string>>;
}

/** A note about a result's images; undefined without images, or if they are the reference's. */
export const imagesNote = (images: ImageSetName | undefined, language: Language): string | undefined =>
  images === undefined || images === "fashion-mnist" ? undefined : labels[language].images[images];

export const labels: Readonly<Record<Language, Labels>> = {
  en: {
    answers: {
      holds: "Holds",
      condition: "Holds with a condition",
      fails: "Does not hold as stated",
      undecided: "Undecided",
    },
    heading: ["measured", "median [min, max]", "reference", "gate", "passed"],
    notFinite: "not finite",
    outside: "(outside)",
    passed: { pass: "pass", fail: "FAIL", undecided: "undecided", none: "" },
    gate: {
      between: (from, to) => `${from} to ${to}`,
      atMost: (value) => `at most ${value}`,
      atLeast: (value) => `at least ${value}`,
      each: "each seed",
    },
    drag: {
      change: "Change",
      reset: (value) => `Back to ${value}`,
      own: "Your set-up",
      usual: "set-up of the statement",
      figures: "What was measured with your set-up",
    },
    seeds: (count) => (count === 1 ? "1 seed" : `${count} seeds`),
    images: {
      mnist: "The images are not Fashion-MNIST, so the reference figures do not apply.",
      "mnist-small":
        "The images are the first 4,000 training and 1,000 test images of MNIST, which come with the page, so the reference figures, which are for 10,000 and 10,000 of Fashion-MNIST, do not apply.",
    },
  },
  ko: {
    answers: {
      holds: "성립한다",
      condition: "조건부로 성립한다",
      fails: "그대로는 성립하지 않는다",
      undecided: "판정할 수 없다",
    },
    heading: ["측정 항목", "중앙값 [최솟값, 최댓값]", "참조값", "기준", "통과"],
    notFinite: "유한하지 않음",
    outside: "(범위 밖)",
    passed: { pass: "통과", fail: "실패", undecided: "판정 불가", none: "" },
    gate: {
      between: (from, to) => `${from} 이상 ${to} 이하`,
      atMost: (value) => `${value} 이하`,
      atLeast: (value) => `${value} 이상`,
      each: "모든 시드",
    },
    drag: {
      change: "바꿔 보기:",
      reset: (value) => `되돌리기: ${value}`,
      own: "내 설정",
      usual: "명제의 설정",
      figures: "내 설정으로 측정한 값",
    },
    seeds: (count) => `시드 ${count}개`,
    images: {
      mnist: "Fashion-MNIST 이미지가 아니므로 참조값과 비교할 수 없습니다.",
      "mnist-small":
        "이미지는 페이지에 들어 있는 MNIST의 처음 훈련 이미지 4,000장과 시험 이미지 1,000장입니다. 참조값은 Fashion-MNIST 10,000장과 10,000장으로 구한 것이므로 비교할 수 없습니다.",
    },
  },
};
