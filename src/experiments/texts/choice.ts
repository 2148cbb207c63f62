/** What the statements on which activation to choose say. */
import { paired } from "../texts.ts";

export const ranking = paired({
  en: {
    title: "Which activation is best?",
    statement: "ReLU first, then its family; never sigmoid; tanh is weak.",
    method:
      "784-[64]xD-10, two and six layers deep, trained by SGD, each activation at the best learning rate of a short search on seed 0: test accuracy.",
    notes: [
      "The learning-rate search runs for {searchSteps} steps, so that sixteen networks take minutes.",
      "With He initialisation, the larger of two pieces doubles the variance in each layer, so maxout needs a smaller learning rate: six layers diverge at 0.05, two at 0.1.",
      "The ELU paper (Clevert, Unterthiner, Hochreiter 2016) reports ELU ahead of ReLU in networks of more than five layers.",
    ],
    testOf: "test accuracy, {label}, {depth} layers",
    tanhBehind: "two layers: relu minus tanh",
    sigmoidBehind: "two layers: worst of the relu family minus sigmoid",
    two: "2 layers",
    six: "6 layers",
    weak: "weak here",
    strong: "not weak",
    caption: "Test accuracy, range over seeds. Mark: reference.",
    verdict:
      "In deep networks sigmoid is the worst of the non-linear functions ({sigmoid 6:%1} at six layers). Tanh is {tanhIs}: {tanh 2:%1} and {tanh 6:%1} against relu's {relu 2:%1} and {relu 6:%1}; at two layers the medians of the relu family lie within {apart:%1}, while seeds alone differ by up to {noise:%1}.",
  },
  ko: {
    title: "어떤 활성화 함수가 가장 좋은가?",
    statement: "먼저 ReLU, 다음으로 그 가족을 쓰고, 시그모이드는 쓰지 말고, tanh는 약하다.",
    method:
      "두 층과 여섯 층의 784-[64]xD-10을 SGD로, 활성화 함수마다 시드 0의 짧은 탐색에서 가장 좋았던 학습률로 학습한 시험 정확도.",
    notes: [
      "열여섯 신경망을 몇 분 안에 마치도록 학습률은 {searchSteps}단계로 찾는다.",
      "He의 가중치에서는 두 조각 중 큰 쪽이 층마다 분산을 두 배로 만들어, maxout은 더 작은 학습률을 쓴다. 여섯 층은 0.05에서, 두 층은 0.1에서 발산한다.",
      "ELU 논문(Clevert, Unterthiner, Hochreiter 2016)은 다섯 층보다 깊은 신경망에서 ELU가 ReLU보다 낫다고 했다.",
    ],
    testOf: "시험 정확도, {label}, {depth}층",
    tanhBehind: "두 층: relu 빼기 tanh",
    sigmoidBehind: "두 층: relu 가족의 최저 빼기 시그모이드",
    two: "2층",
    six: "6층",
    weak: "여기서는 약하다",
    strong: "약하지 않다",
    caption: "시험 정확도와 시드의 최소·최대. 표시는 참조 결과.",
    verdict:
      "깊으면 비선형 가운데 시그모이드가 꼴찌다(여섯 층에서 {sigmoid 6:%1}). tanh는 {tanhIs}: 두 층과 여섯 층에서 {tanh 2:%1}, {tanh 6:%1}이고 relu는 {relu 2:%1}, {relu 6:%1}다. 두 층에서 relu 가족의 중앙값은 {apart:%1} 안에 모이는데 시드만 달라도 최대 {noise:%1} 차이가 난다.",
  },
});
