/** How the contest's answer is said in Korean. */
import { LEAST_SEEDS, LEAST_TASKS } from "../../../../bench/contest/judge.ts";
import type { Measure } from "../../../../bench/contest/task.ts";
import type { TaskName } from "../../../../bench/contest/tasks/index.ts";
import type { AnswerWords, Yardstick } from "../../../../bench/contest/words.ts";
import { decimal } from "../../../report/numbers.ts";

const koTasks: Readonly<Record<TaskName, string>> = {
  spirals: "나선",
  deep: "깊은 신경망",
  regression: "회귀",
  tabular: "표 데이터",
  image: "이미지 함수",
  equation: "미분방정식",
  digits: "숫자",
  cnn: "CNN",
  resnet: "ResNet",
  autoencoder: "오토인코더",
  language: "언어",
  own: "내 데이터",
};

const koGap = (by: Yardstick, size: number): string => {
  if (by === "loss") return `손실이 ${decimal(Math.exp(size))}배`;
  if (by === "accuracy") return `${(100 * size).toFixed(1)}%p 뒤처짐`;
  if (by === "bits") return `글자당 ${size.toFixed(3)}비트 더 필요`;
  return by === "psnr" ? `${size.toFixed(1)} dB 뒤처짐` : `오차가 ${decimal(size)} 더 큼`;
};

const koConstants: Readonly<Record<Measure, string>> = {
  accuracy: "가장 흔한 클래스",
  bits: "글자의 빈도",
  rmse: "평균",
  psnr: "평균",
};

export const koAnswer: AnswerWords = {
  task: (name) => (koTasks as Readonly<Record<string, string>>)[name] ?? name,
  refused: (why) =>
    `순위를 매기지 않습니다: ${
      why.kind === "alone"
        ? "비교할 다른 활성화 함수가 없습니다"
        : why.kind === "unfinished"
          ? "끝난 과제가 없습니다"
          : `${why.kind === "seed" ? "시드" : "분할"} ${why.count}개로는 아무것도 구별할 수 없습니다. 적어도 ${LEAST_SEEDS}개가 필요합니다`
    }.`,
  over: (seeds, tasks) => `과제 ${tasks}개, 시드 ${seeds}개 기준`,
  nobody: (over) =>
    `추천할 함수가 없습니다: 앞선 함수도 모든 과제를 배우지는 못했습니다(늘 같은 값을 예측하는 것보다 낫지 않음, ${over}).`,
  take: (names, reasons) => `추천: ${names.join(" 또는 ")}. ${reasons.join("; ")}.`,
  together: (over) => `서로 구별되지 않음(${over})`,
  apart: (over) => `나머지와 구별됨(${over})`,
  tied: (names, over) => `전체로는 ${names.join(", ")}와(과) 구별되지 않음(${over})`,
  ahead: (each) =>
    `이들 가운데 ${each.map(({ name, tasks }) => `${name}: ${tasks.join(", ")} 과제에서 더 나음`).join("; ")}`,
  diverged: (name, tasks) => `${name}: ${tasks.join(", ")} 과제에서 발산`,
  lower: (name) => `${name}: 전체 순위가 더 낮음`,
  behind: (name, by, size, task) =>
    `${name}: ${task === undefined ? "" : `${task} 과제에서 `}${koGap(by, size)}`,
  dearer: (name, percent) => `${name}: 스텝당 비용 ${percent}% 더 큼`,
  nothing: (names, task, measure) =>
    `${task} 과제에서 아무것도 배우지 못함: ${names.join(", ")}. 늘 ${koConstants[measure]}만 예측하는 것보다 낫지 않습니다.`,
  ceiling: (task) => `${task} 과제는 정확도가 한계에 이르러 손실로 비교합니다.`,
  edge: (name, rate, task, edge) =>
    `${task} 과제에서 ${name}의 학습률 ${rate}은(는) 시도한 값 중 가장 ${edge === "low" ? "작은" : "큰"} 값입니다.`,
  descriptive: (tasks) =>
    `과제 ${tasks}개의 평균 순위는 이 과제들만 설명합니다. 다른 과제에 대해 말하려면 적어도 ${LEAST_TASKS}개가 필요합니다.`,
  missing: (tasks) => `끝나지 않은 과제: ${tasks.join(", ")}.`,
};
