/** What the statements on what back-propagation needs say. */
import { paired } from "../texts.ts";

export const linearLearns = paired({
  en: {
    title: "A constant derivative still learns",
    statement: "With a linear activation the derivative is a constant, so back-propagation does not learn.",
    method:
      "A linear network with {depth} hidden layers of 64, trained by SGD on {rows} images: its accuracy during training.",
    notes: [
      "Saxe et al. 2013: deep linear networks even have non-linear learning dynamics, because the weights of all layers multiply.",
    ],
    look: "Look at the loss: it falls, although the derivative is the same everywhere.",
    start: "test accuracy before",
    train: "training accuracy after",
    test: "test accuracy after",
    layers: "{depth} linear layers",
    caption: "Test accuracy of a linear network of {depth} hidden layers during training.",
    verdict:
      "It does learn: test accuracy goes from {start:%} to {test:%}. It just cannot do better than the best linear map.",
  },
  ko: {
    title: "도함수가 상수여도 학습은 된다",
    statement: "선형 활성화 함수는 도함수가 상수라서 역전파로 학습되지 않는다.",
    method:
      "너비 64의 은닉층이 {depth}개인 선형 신경망을 이미지 {rows}장에서 SGD로 학습하며 정확도를 지켜본다.",
    notes: [
      "Saxe 등 2013: 깊은 선형 신경망은 모든 층의 가중치가 곱해지므로 학습 과정이 오히려 비선형적이다.",
    ],
    look: "손실을 보라: 도함수가 어디서나 같아도 내려간다.",
    start: "학습 전 시험 정확도",
    train: "학습 후 훈련 정확도",
    test: "학습 후 시험 정확도",
    layers: "선형 {depth}층",
    caption: "은닉층이 {depth}개인 선형 신경망의 학습 중 시험 정확도.",
    verdict:
      "학습된다: 시험 이미지의 {start:%}에서 {test:%}로 오른다. 못 하는 것은 가장 좋은 선형 사상보다 더 배우는 일이다.",
  },
});

export const savedBytes = paired({
  en: {
    title: "Back-propagation keeps what a forward pass discards",
    statement:
      "Back-propagation stores intermediate results, and so needs more memory than the forward pass.",
    method:
      "784-[256]xD-10 with a batch of {batch}: bytes of forward results that backward reads, as the engine plans them, against the two buffers that a forward pass alone needs; and the bytes that remain when sixteen layers are recomputed in {segments} segments.",
    mb: "MB",
    savedOf: "bytes saved, {name} deep",
    ratio: "relu, 32 deep, over a forward pass alone",
    segments: "bytes saved with {segments} segments, relu 16 deep",
    work: "operations with segments over without (reference: time)",
    forward: "forward alone",
    caption:
      "Bytes that training keeps for backward, by depth. A forward pass alone gets by with two buffers. ELU keeps its inputs as well as its outputs.",
    verdict:
      "It grows with depth: at 32 layers training keeps {ratio:1} times what a forward pass needs. It keeps the activations' outputs (for ELU their inputs too), not derivatives. Most of that can be recomputed segment by segment instead.",
  },
  ko: {
    title: "역전파는 순전파가 버릴 것을 간직한다",
    statement: "역전파는 중간 결과를 저장하므로 순전파보다 메모리가 더 든다.",
    method:
      "묶음 {batch}의 784-[256]xD-10: 엔진의 계획에서 역전파가 읽는 순전파 결과의 바이트 수와, 순전파만 할 때 필요한 버퍼 두 개. 그리고 열여섯 층을 {segments}개 구간으로 나누어 다시 계산할 때 남는 바이트 수.",
    mb: "MB",
    savedOf: "저장 바이트, {name}층",
    ratio: "relu 32층 나누기 순전파만",
    segments: "{segments}개 구간으로 나눌 때 저장 바이트, relu 16층",
    work: "구간을 쓸 때의 계산량 나누기 쓰지 않을 때(참조값은 시간)",
    forward: "순전파만",
    caption:
      "깊이에 따라 학습이 역전파를 위해 간직하는 바이트. 순전파만 하면 버퍼 두 개면 된다. ELU는 출력과 함께 입력도 간직한다.",
    verdict:
      "깊이에 따라 늘어난다: 32층에서 학습은 순전파의 {ratio:1}배를 간직한다. 간직하는 것은 미분이 아니라 활성화 함수의 출력(ELU는 입력도)이며, 구간마다 다시 계산하면 대부분 간직하지 않아도 된다.",
  },
});

export const chainRule = paired({
  en: {
    title: "A derivative is a product of derivatives",
    statement: "dO/dX of a network is the product of the derivatives of its layers.",
    method:
      "5-7-3 networks with five activations, at {points} points: back-propagation, in float64 and on the GPU, against the product computed by hand, and that product against central differences of ±{step}.",
    float64: "back-propagation in float64",
    central: "central differences",
    gpu: "back-propagation on the GPU",
    single: "GPU, float32",
    double: "float64",
    caption:
      "Largest difference from the product computed by hand, relative to the largest derivative (log scale): nothing but rounding.",
    verdict:
      "Back-propagation is that product: the two agree to float64 rounding, and on the GPU to float32 rounding. At each layer it multiplies by the activation's derivative.",
  },
  ko: {
    title: "미분은 미분의 곱이다",
    statement: "신경망의 dO/dX는 각 층의 미분을 곱한 것이다.",
    method:
      "다섯 활성화 함수의 5-7-3 신경망, 점 {points}개: float64와 GPU의 역전파를 손으로 곱한 것과, 다시 그것을 ±{step}의 중심 차분과 비교한다.",
    float64: "float64 역전파",
    central: "중심 차분",
    gpu: "GPU 역전파",
    single: "GPU, float32",
    double: "float64",
    caption: "손으로 곱한 것과의 최대 차이를 가장 큰 미분값으로 나눈 값(로그 눈금): 반올림 오차일 뿐이다.",
    verdict:
      "역전파는 바로 그 곱이다: 두 결과는 float64 반올림까지, GPU에서는 float32 반올림까지 같다. 층마다 곱해지는 것이 활성화 함수의 미분이다.",
  },
});

export const softmaxAll = paired({
  en: {
    title: "Softmax looks at all outputs",
    statement: "Softmax uses all the outputs of a layer; an elementwise activation only its own.",
    method:
      "The Jacobian of ten units on the GPU, and how many outputs change when one input changes by {bump}.",
    softmaxOff: "softmax: largest off the diagonal",
    softmaxChanged: "softmax: outputs that change",
    othersOff: "elementwise: largest off the diagonal",
    othersChanged: "elementwise: outputs that change, at most",
    softmax: "softmax",
    sigmoid: "sigmoid",
    caption:
      "Magnitude of d(output)/d(input): softmax fills the whole square, an elementwise function only the diagonal.",
    verdict:
      "Change one input and all ten outputs of a softmax move; with an elementwise activation only its own output does, and its Jacobian is exactly 0 off the diagonal.",
  },
  ko: {
    title: "softmax는 모든 출력을 본다",
    statement: "softmax는 층의 모든 출력을 쓰고, 활성화 함수는 자기 것만 쓴다.",
    method:
      "유닛 열 개의 야코비 행렬을 GPU에서 계산하고, 입력 하나를 {bump}만큼 움직일 때 몇 개의 출력이 바뀌는지 센다.",
    softmaxOff: "softmax: 대각선 밖의 최댓값",
    softmaxChanged: "softmax: 바뀌는 출력 수",
    othersOff: "원소별 함수: 대각선 밖의 최댓값",
    othersChanged: "원소별 함수: 바뀌는 출력 수, 최대",
    softmax: "softmax",
    sigmoid: "sigmoid",
    caption: "d(출력)/d(입력)의 크기: softmax는 사각형 전체를, 원소별 함수는 대각선만 채운다.",
    verdict:
      "입력 하나를 움직이면 softmax의 출력 열 개가 모두 움직이고, 원소별 활성화 함수는 자기 출력만 움직인다. 대각선 밖의 야코비 행렬은 정확히 0이다.",
  },
});
