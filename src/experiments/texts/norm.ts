/** What the statements on batch norm say. */
import { paired } from "../texts.ts";

export const linearFit = paired({
  en: {
    title: "On normal inputs a sigmoid is nearly a line",
    statement:
      "Batch norm gives an activation inputs from N(0, 1), where sigmoid and tanh are nearly linear.",
    method:
      "{rows} samples of N(0, 1) go through the activation on the GPU: R² of the best line through (input, output).",
    fitOf: "R² of the best line, {name}",
    fit: "R² of the best line",
    caption:
      "First: how much of an activation a line explains on inputs from N(0, 1). Second: the functions over that range.",
    verdict:
      "A line explains {sigmoid:%1} of a sigmoid and {tanh:%1} of a tanh there, but only {relu:%1} of a relu. That is why batch norm has a scale and a shift.",
  },
  ko: {
    title: "정규분포 입력에서 시그모이드는 거의 직선이다",
    statement:
      "배치 정규화는 활성화 함수에 N(0, 1)의 입력을 주는데, 거기서 시그모이드와 tanh는 거의 선형이다.",
    method:
      "N(0, 1)의 수 {rows}개를 GPU에서 활성화 함수에 넣고, (입력, 출력)에 가장 잘 맞는 직선의 R²를 구한다.",
    fitOf: "가장 좋은 직선의 R², {name}",
    fit: "가장 좋은 직선의 R²",
    caption: "첫째: N(0, 1) 입력에서 직선이 활성화 함수를 설명하는 정도. 둘째: 그 입력이 놓인 구간의 함수들.",
    verdict:
      "거기서 직선은 시그모이드의 {sigmoid:%1}, tanh의 {tanh:%1}를 설명하지만 relu는 {relu:%1}뿐이다. 배치 정규화에 배율과 이동이 따로 있는 까닭이다.",
  },
});

export const batchNormLine = paired({
  en: {
    title: "Batch norm alone can turn a sigmoid into a line",
    statement: "Batch norm before an activation can take away its non-linearity, and that is bad.",
    method:
      "2-[{width}]xD-2 on two spirals, full batch, Adam: batch norm before the sigmoid, with and without a learned scale and shift.",
    notes: [
      "Ioffe and Szegedy 2015: normalised inputs would confine a sigmoid to its linear regime. That is why batch norm has a scale and a shift.",
    ],
    gain: "sigmoid, 2 deep: gain from scale and shift",
    gamma: "learned scale, sigmoid, 1 deep (mean magnitude)",
    line: "a line",
    bare: "{activation} {depth} deep, no scale",
    scaled: "{activation} {depth} deep, with scale",
    caption:
      "Accuracy on two spirals by depth, with batch norm without (bare) and with a learned scale and shift. Mark: reference.",
    verdict:
      "Without a learned scale, batch norm keeps the sigmoid where it is nearly a line: it gets {sigmoid 2 bare:%} of the spirals right, and {sigmoid 2 scaled:%} with one. A relu bends at 0 at any scale, so it does not need one ({relu 2 bare:%}).",
  },
  ko: {
    title: "배치 정규화만으로는 시그모이드가 직선이 될 수 있다",
    statement: "활성화 함수 앞의 배치 정규화는 비선형성을 잃게 할 수 있고, 그것은 나쁘다.",
    method:
      "두 나선에서 2-[{width}]xD-2를 전체 배치와 Adam으로 학습: 시그모이드 앞의 배치 정규화에 배율과 이동이 있을 때와 없을 때.",
    notes: [
      "Ioffe와 Szegedy 2015: 정규화한 입력은 시그모이드를 선형 구간에 묶으므로 배치 정규화에 배율과 이동을 둔다.",
    ],
    gain: "시그모이드 2층: 배율과 이동의 이득",
    gamma: "배운 배율, 시그모이드 1층(평균 크기)",
    line: "직선",
    bare: "{activation} {depth}층, 배율 없음",
    scaled: "{activation} {depth}층, 배율 있음",
    caption:
      "두 나선의 정확도: 배치 정규화에 배율과 이동이 없을 때(bare)와 있을 때(scaled). 표시는 참조 결과.",
    verdict:
      "배율이 없으면 배치 정규화는 시그모이드를 직선 구간에 묶는다: 나선의 {sigmoid 2 bare:%}, 배율이 있으면 {sigmoid 2 scaled:%}. relu는 배율과 상관없이 0에서 꺾이므로 필요 없다({relu 2 bare:%}).",
  },
});

export const normImages = paired({
  en: {
    title: "Batch norm rescues depth: images",
    statement: "Batch norm before an activation can take away its non-linearity, and that is bad.",
    method:
      "{depth} sigmoid layers of {width} on {rows} images by SGD with momentum for {steps} steps, each at the best of a few learning rates: without batch norm, with batch norm but no scale and shift, and with both. Accuracy on the training images.",
    notes: [
      "Ioffe and Szegedy 2015: normalised inputs would confine a sigmoid to its linear regime. Ten layers add up what little curvature is left, and images need little of it.",
    ],
    none: "none",
    bare: "batch norm alone",
    scaled: "with scale and shift",
    accuracyOf: "training accuracy, {label}",
    gain: "gain from scale and shift",
    gamma: "learned scale, mean magnitude",
    caption:
      "Training accuracy of {depth} sigmoid layers, by what precedes each. Chance is 10 %. Mark: reference.",
    verdict:
      "Not here: {depth} sigmoid layers stay at {none:%1} without batch norm and reach {bare:%1} with it, although nothing undoes its normalisation. With a scale and shift they reach {scaled:%1}: on images these hardly matter.",
  },
  ko: {
    title: "배치 정규화는 깊이를 살린다: 이미지",
    statement: "활성화 함수 앞의 배치 정규화는 비선형성을 잃게 할 수 있고, 그것은 나쁘다.",
    method:
      "너비 {width}의 시그모이드 {depth}개 층을 이미지 {rows}장에서 모멘텀 SGD로 {steps}단계, 몇 학습률 가운데 가장 좋은 것으로 학습한다: 배치 정규화가 없을 때, 배율과 이동 없이 있을 때, 함께 있을 때의 훈련 이미지 정확도.",
    notes: [
      "Ioffe와 Szegedy 2015: 정규화한 입력은 시그모이드를 선형 구간에 묶는다. 그러나 열 층이면 남은 굽음이 쌓이고, 이미지에는 그것으로 충분하다.",
    ],
    none: "없음",
    bare: "배치 정규화만",
    scaled: "배율과 이동도",
    accuracyOf: "훈련 정확도, {label}",
    gain: "배율과 이동의 이득",
    gamma: "배운 배율, 평균 크기",
    caption:
      "시그모이드 {depth}개 층의 훈련 이미지 정확도, 층마다 앞에 둔 것에 따라. 무작위는 10 %. 표시는 참조 결과.",
    verdict:
      "여기서는 아니다: 배치 정규화가 없으면 시그모이드 {depth}개 층은 {none:%1}에 머물지만, 있으면 정규화를 되돌릴 것이 없어도 {bare:%1}에 이른다. 배율과 이동까지 두면 {scaled:%1}로, 이미지에서는 거의 차이가 없다.",
  },
});
