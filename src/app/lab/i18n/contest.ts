/** The texts of the Contest room, which are loaded with it. */
import { LEAST_TASKS } from "../../../../bench/contest/judge.ts";
import type { Measure } from "../../../../bench/contest/task.ts";
import type { Yardstick } from "../../../../bench/contest/words.ts";
import type { Shape } from "./en.ts";
import type { Language } from "./index.ts";

const en = {
  title: "Contest",
  about:
    "Each activation gets its own best learning rate on each task, chosen on separate validation rows, then fresh paired seeds; all networks have equally many parameters. Activations not told apart share a place.",
  protocol: "How it is judged",
  tasks: "Tasks",
  /** Where the page's texts differ from the bench's. */
  tasksAbout: {} as Readonly<Record<string, string>>,
  ownAbout: "your own dataset, or one of the page's, by a perceptron of two hidden layers",
  unknown: (names: string) => `There is no such task: ${names}`,
  training: "Training",
  seeds: "Paired seeds",
  seedsHint: (least: number, most: number) => `${least} to ${most}; more seeds reveal smaller differences`,
  start: "Starting weights",
  starts: { fitting: "what suits each", same: "He, for all" },
  begin: "Start",
  goOn: "Continue",
  again: "Run again",
  stop: "Stop",
  two: "A contest needs at least two activations.",
  expected: (cells: number, time: string) =>
    `${cells} cells (one activation on one task each); about ${time} on this adapter, at level S.`,
  done: (done: number, all: number, what: string) => `${done} of ${all} cells; ${what}`,
  at: (task: string, activation: string) => `${activation} on ${task}`,
  timing: "timing the steps",
  lost: "The GPU was lost; the contest continues from the finished cells.",
  changed: "Changed since this result: Start runs the new choice.",
  stopped: "Stopped: finished cells are kept, and Continue computes the rest.",
  cells: "Finished cells: the median score of each activation",
  waiting: "waiting",
  running: "in progress",
  diverged: "diverged",
  empty: "Press Start to run the contest: the answer will appear here, in one sentence.",
  overall: (tasks: number) => `Over ${tasks} tasks`,
  rank: "Mean rank",
  cost: "Cost of a step",
  place: "Place",
  activation: "Activation",
  verdict: "Verdict",
  verdicts: {
    leads: "leads",
    together: "not told apart from the first",
    behind: "told apart: behind",
    nothing: "learned nothing",
    diverged: "diverged: no result",
  },
  median: (unit: string) => `Median, ${unit}`,
  units: {
    accuracy: "accuracy in %",
    rmse: "root mean squared error",
    psnr: "PSNR in dB",
    bits: "bits per character",
  } satisfies Record<Measure, string>,
  difference: (first: string, unit: string) => `Difference to ${first} [95\u00a0%], ${unit}`,
  differences: {
    accuracy: "points",
    rmse: "error",
    psnr: "dB",
    bits: "bits",
    loss: "logarithm of the loss",
  } satisfies Record<Yardstick, string>,
  rate: "Own rate",
  edge: "edge of the grid",
  stepMs: "ms per step",
  parameters: "Parameters",
  rows: (train: string, validation: string, test: string, steps: string, batch: number) =>
    `${steps} steps of ${batch} rows; ${train} training rows, ${validation} to choose the rate, ${test} test rows.`,
  chance: (score: string) => `A constant prediction scores ${score}.`,
  statistics: (seeds: number) =>
    `Activations not told apart from the first of a place share it: a paired t test over ${seeds} seeds, adjusted for all pairs (Holm), at 5 %. Intervals are for one pair alone.`,
  overallNote: `Mean ranks: over tasks within each seed, then over seeds. With fewer than ${LEAST_TASKS} tasks they only describe these. Cost: milliseconds per step over the cheapest's.`,
  json: "JSON",
  jsonNote: "The JSON is the command line's: bench diff compares two files, bench --resume continues one.",
};

export type ContestWords = Shape<typeof en>;

const ko: ContestWords = {
  title: "콘테스트",
  about:
    "과제마다 활성화 함수별로 가장 좋은 학습률을 판정에 쓰지 않는 행으로 먼저 고른 뒤, 새 시드로 짝지어 학습합니다. 모든 신경망의 파라미터 수는 같습니다. 구별되지 않으면 순위를 매기지 않습니다.",
  protocol: "판정 방법",
  tasks: "과제",
  tasksAbout: {
    spirals: "잡음이 있는 두 나선을 은닉층 두 개의 퍼셉트론으로 분류합니다",
    deep: "3 × 3 체스판을 정규화 없는 좁은 20층 퍼셉트론으로 분류합니다. 학습이 되는지부터 봅니다",
    regression: "잡음이 있는 Friedman 함수(특성 10개 중 5개만 유효)를 퍼셉트론으로 예측합니다",
    tabular: "꼬리가 긴 수와 범주로 정한 규칙 세 클래스(5%는 잘못된 레이블)를 퍼셉트론으로 분류합니다",
    image: "좌표에서 밝기를 예측해 이미지를 신경망으로 나타냅니다. 학습한 점 사이에서 판정합니다",
    equation:
      "해를 알려 주지 않고 방정식 u″ + u = 0만으로 퍼셉트론을 학습해, 사인 함수와의 차이로 판정합니다",
    own: "내 파일이나 이 페이지의 데이터셋을 은닉층 두 개의 퍼셉트론으로 학습합니다",
    language: "만든 글의 다음 글자를 두 블록 트랜스포머로 예측합니다",
  },
  ownAbout: "",
  unknown: (names) => `없는 과제입니다: ${names}`,
  training: "학습",
  seeds: "짝지은 시드 수",
  seedsHint: (least, most) => `${least}~${most}개. 많을수록 작은 차이도 구별합니다`,
  start: "가중치 초기화",
  starts: { fitting: "함수별 권장 방식", same: "모두 He" },
  begin: "시작",
  goOn: "이어서 하기",
  again: "다시 실행",
  stop: "중지",
  two: "활성화 함수가 두 개 이상 필요합니다.",
  expected: (cells, time) =>
    `셀 ${cells}개(과제마다 활성화 함수 하나씩). 이 어댑터에서 약 ${time} 걸립니다(수준 S).`,
  done: (done, all, what) => `셀 ${all}개 중 ${done}개 완료, ${what}`,
  at: (task, activation) => `${task} 과제의 ${activation}`,
  timing: "스텝 시간 측정",
  lost: "GPU 연결이 끊어졌습니다. 끝난 셀은 그대로 두고 이어서 실행합니다.",
  changed: "결과가 나온 뒤 선택이 바뀌었습니다. 시작을 누르면 새 선택으로 실행합니다.",
  stopped: "중지했습니다. 끝난 셀은 보관되며, 이어서 하기를 누르면 나머지를 계산합니다.",
  cells: "끝난 셀: 활성화 함수별 점수의 중앙값",
  waiting: "대기",
  running: "진행 중",
  diverged: "발산",
  empty: "시작을 누르면 콘테스트가 실행되고, 여기에 한 문장으로 답이 나옵니다.",
  overall: (tasks) => `과제 ${tasks}개 전체`,
  rank: "평균 순위",
  cost: "스텝 비용",
  place: "순위",
  activation: "활성화 함수",
  verdict: "판정",
  verdicts: {
    leads: "앞섬",
    together: "1위와 구별되지 않음",
    behind: "구별됨: 뒤처짐",
    nothing: "아무것도 배우지 못함",
    diverged: "발산: 결과 없음",
  },
  median: (unit) => `중앙값, ${unit}`,
  units: { accuracy: "정확도(%)", rmse: "평균 제곱근 오차", psnr: "PSNR(dB)", bits: "글자당 비트" },
  difference: (first, unit) => `${first}와(과)의 차이 [95%], ${unit}`,
  differences: { accuracy: "%p", rmse: "오차", psnr: "dB", bits: "비트", loss: "손실의 로그" },
  rate: "고른 학습률",
  edge: "격자의 끝",
  stepMs: "스텝당 ms",
  parameters: "파라미터 수",
  rows: (train, validation, test, steps, batch) =>
    `${batch}행씩 ${steps}스텝. 학습 ${train}행, 학습률 선택 ${validation}행, 판정 ${test}행.`,
  chance: (score) => `늘 같은 값을 예측하면 ${score}입니다.`,
  statistics: (seeds) =>
    `첫 번째와 구별되지 않는 함수는 같은 순위입니다. 시드 ${seeds}개에 대한 대응표본 t 검정을 모든 쌍에 대해 보정한(Holm) 5% 수준의 결과이며, 구간은 한 쌍만의 것입니다.`,
  overallNote: `평균 순위: 시드마다 과제에 대해, 다시 시드에 대해 평균한 순위. 과제가 ${LEAST_TASKS}개보다 적으면 이 과제들만 설명합니다. 비용: 가장 빠른 함수 대비 스텝당 시간.`,
  json: "JSON",
  jsonNote:
    "JSON은 명령줄과 같은 형식입니다. bench diff로 두 결과를 비교하고, bench --resume으로 이어서 실행할 수 있습니다.",
};

export const contestWords: Readonly<Record<Language, ContestWords>> = { en, ko };
