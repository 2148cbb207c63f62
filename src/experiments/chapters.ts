/** The chapters of the course, which order the statements. */
import type { Text } from "../core/text.ts";

export const chapters = {
  linear: { en: "Why non-linear?", ko: "왜 비선형인가?" },
  backward: { en: "What back-propagation needs", ko: "역전파에 필요한 것" },
  sigmoid: { en: "Sigmoid and tanh", ko: "시그모이드와 tanh" },
  relu: { en: "ReLU and its family", ko: "ReLU와 그 가족" },
  depth: { en: "Depth, width, space", ko: "깊이, 너비, 공간" },
  norm: { en: "Batch norm", ko: "배치 정규화" },
  choice: { en: "Which one to choose", ko: "무엇을 쓸 것인가" },
} as const satisfies Record<string, Text>;

export type ChapterName = keyof typeof chapters;
export const chapterNames = Object.keys(chapters) as ChapterName[];
