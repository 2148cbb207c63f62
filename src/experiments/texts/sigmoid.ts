/** What the statements on sigmoid and tanh say. */
import { paired } from "../texts.ts";

export const sigmoidRange = paired({
  en: {
    title: "The sigmoid and its derivative",
    statement: "σ lies in (0, 1), σ(0) = ½; its derivative is at most ¼, at 0, and goes to 0 for large |x|.",
    method: "The engine's sigmoid and the derivative that training uses, swept over x in float32 on the GPU.",
    notes: [
      "The x at which σ becomes 0 depends on how the adapter treats numbers below 1.2e-38: -87.3 if it flushes them to zero, -88.7 if exp overflows, -104 if it keeps them all.",
    ],
    half: "σ(0)",
    slope: "largest σ'",
    slopeAt: "where it is",
    slope5: "σ'(5)",
    slope10: "σ'(10)",
    one: "first x with σ = 1 in float32",
    zero: "last x with σ = 0 in float32",
    value: "value",
    caption:
      "The sigmoid and its derivative as training computes it: beyond |x| = 5 almost no gradient passes.",
    verdict:
      "True for real numbers. In float32 the interval closes: σ is exactly 1 from x = {one:2} on and 0 below {zero:1}, and the derivative there is 0.",
  },
  ko: {
    title: "시그모이드와 그 도함수",
    statement: "σ는 (0, 1) 안에 있고 σ(0) = ½이다. 도함수는 0에서 최댓값 ¼을 가지며 |x|가 커지면 0으로 간다.",
    method: "엔진의 시그모이드와 학습에 쓰이는 도함수를 GPU에서 float32로 x 전체에 걸쳐 계산한다.",
    notes: [
      "σ가 0이 되는 위치는 어댑터가 1.2e-38보다 작은 수를 유지하는지에 따라 다르다: 버리면 -87.3, exp가 넘치면 -88.7, 모두 유지하면 -104.",
    ],
    half: "σ(0)",
    slope: "σ'의 최댓값",
    slopeAt: "그 위치",
    slope5: "σ'(5)",
    slope10: "σ'(10)",
    one: "float32에서 처음으로 σ = 1인 x",
    zero: "float32에서 마지막으로 σ = 0인 x",
    value: "값",
    caption: "시그모이드와 학습에 쓰이는 도함수: |x|가 5를 넘으면 되돌아오는 신호가 거의 없다.",
    verdict:
      "실수에서는 그대로 성립한다. float32에서는 구간이 닫힌다: x = {one:2}부터 σ는 정확히 1, {zero:1} 아래에서는 0이며 도함수도 0이다.",
  },
});

export const vanishingGradient = paired({
  en: {
    title: "The back-propagated signal vanishes with depth",
    statement: "Back-propagation multiplies σ', which is at most ¼: the gradient vanishes with depth.",
    method:
      "Untrained 784-[{width}]x{depth}-10 networks, {rows} images: the norm of dL/dz at each layer, and the factor per layer from the last to the first.",
    layer: "layer",
    factorOf: "{name}: factor per layer",
    ratio: "sigmoid: first to last of {depth}",
    signal: "signal, last layer = 1",
    factor: "factor per layer",
    caption:
      "First: the norm of dL/dz relative to the last layer's; back-propagation goes from right to left. Second: the factor per layer; at 1 the signal neither shrinks nor grows. Mark: reference.",
    verdict:
      "It does: the sigmoid loses a factor of {times:1} at each layer. But with Glorot initialisation relu's vanishes too ({relu glorot:2} per layer); He's is part of the remedy.",
  },
  ko: {
    title: "되돌아오는 신호는 깊이에 따라 사라진다",
    statement: "역전파는 최댓값이 ¼인 σ'을 거듭 곱하므로 깊어질수록 기울기가 사라진다.",
    method:
      "학습 전의 784-[{width}]x{depth}-10 신경망과 이미지 {rows}장: 각 층의 dL/dz의 노름과, 마지막 층에서 첫 층까지 층마다 곱해지는 비율.",
    layer: "층",
    factorOf: "{name}: 층마다의 비율",
    ratio: "시그모이드: {depth}층의 처음과 끝",
    signal: "신호, 마지막 층 = 1",
    factor: "층마다의 비율",
    caption:
      "첫째: 마지막 층에 대한 dL/dz의 노름. 역전파는 오른쪽에서 왼쪽으로 간다. 둘째: 층마다의 비율. 1이면 줄지도 늘지도 않는다. 표시는 참조 결과.",
    verdict:
      "그렇다: 시그모이드는 층마다 {times:1}배씩 신호를 잃는다. 그러나 relu도 Glorot 초기값에서는 사라진다(층마다 {relu glorot:2}). He 초기값이 해결의 일부다.",
  },
});

export const deepSigmoid = paired({
  en: {
    title: "Deep sigmoid networks do not train",
    statement: "The gradient vanishes in a deep sigmoid network, so its weights are hardly updated.",
    method:
      "784-[64]xD-10 trained by SGD with momentum for {steps} steps, each at the best of a few learning rates: accuracy on {rows} training images.",
    look: "Look at the losses: with six layers sigmoid's stays flat at every rate, tanh's and relu's fall.",
    accuracy: "training accuracy, {name} deep",
    caption:
      "Accuracy on the training images after {steps} steps at the best learning rate. Chance is 10 %. Mark: reference.",
    verdict:
      "One sigmoid layer reaches {sigmoid 1:%}. Twelve or more stay at chance at any learning rate. Twenty-four tanh layers train to {tanh 24:%}.",
  },
  ko: {
    title: "깊은 시그모이드 신경망은 학습되지 않는다",
    statement: "기울기가 사라지면 깊은 시그모이드 신경망의 가중치는 거의 갱신되지 않는다.",
    method:
      "784-[64]xD-10을 모멘텀 SGD로 {steps}단계, 몇 학습률 가운데 가장 좋은 것으로 학습한 훈련 이미지 {rows}장의 정확도.",
    look: "손실을 보라: 여섯 층에서 시그모이드는 어느 학습률에서도 내려가지 않고, tanh와 relu는 내려간다.",
    accuracy: "훈련 정확도, {name}층",
    caption: "가장 좋은 학습률로 {steps}단계 뒤의 훈련 이미지 정확도. 무작위는 10 %. 표시는 참조 결과.",
    verdict:
      "시그모이드 한 층은 {sigmoid 1:%}에 이르지만 열두 층 이상은 어떤 학습률로도 무작위에 머문다. tanh는 스물네 층도 {tanh 24:%}까지 학습된다.",
  },
});

export const tanhCentred = paired({
  en: {
    title: "tanh is a sigmoid centred at zero",
    statement: "tanh is a transformed sigmoid: centred at zero, but its gradient still vanishes.",
    method:
      "2σ(2x) - 1 against tanh in float64; the first hidden layer's outputs in trained 784-[64]x2-10 networks, mean over standard deviation; and the factor per layer by which the back-propagated signal shrinks through {depth} layers.",
    look: "Look at Inside: sigmoid's outputs lie around a half, tanh's around 0.",
    difference: "2σ(2x) - 1 against tanh",
    tanh: "mean / std, tanh",
    sigmoid: "mean / std, sigmoid",
    factor: "factor per layer, tanh",
    centre: "mean / standard deviation",
    value: "value",
    caption:
      "First: mean of the first hidden layer's outputs, in standard deviations; mark: reference. Second: the two functions.",
    verdict:
      "tanh is 2σ(2x) - 1, and its outputs are centred at zero. Its gradient vanishes, but slowly: with Glorot initialisation each layer keeps {factor:%} of the signal.",
  },
  ko: {
    title: "tanh는 0을 중심으로 한 시그모이드다",
    statement: "tanh는 시그모이드를 변형한 것으로, 0을 중심으로 하지만 기울기는 여전히 사라진다.",
    method:
      "float64에서 2σ(2x) - 1과 tanh를 비교하고, 학습한 784-[64]x2-10의 첫 은닉층 출력에서 평균/표준편차를, {depth}개 층에서 되돌아오는 신호의 층별 비율을 잰다.",
    look: "‘내부’를 보라: 시그모이드의 출력은 1/2 둘레에, tanh의 출력은 0 둘레에 놓인다.",
    difference: "2σ(2x) - 1과 tanh의 차이",
    tanh: "평균/표준편차, tanh",
    sigmoid: "평균/표준편차, 시그모이드",
    factor: "층마다의 비율, tanh",
    centre: "평균/표준편차",
    value: "값",
    caption: "첫째: 첫 은닉층 출력의 평균을 표준편차로 나눈 값, 표시는 참조 결과. 둘째: 두 함수.",
    verdict:
      "tanh는 2σ(2x) - 1이며 출력은 0 둘레에 놓인다. 기울기는 사라지지만 완만하다: Glorot 초기값에서 층마다 신호의 {factor:%}가 남는다.",
  },
});

export const sameSign = paired({
  en: {
    title: "All inputs positive: gradients of one sign",
    statement: "If all inputs of a neuron are positive, all its weight gradients have the same sign.",
    method:
      "Untrained 784-[64]x2-10 networks: the share of second-layer neurons whose weight gradients all have the same sign, for single images and for a batch of {batch}.",
    neurons: "neurons",
    sampleOf: "{name}, single images",
    batchOf: "{name}, batch of {batch}",
    sample: "single images",
    batch: "a batch of {batch}",
    caption: "Share of neurons whose weight gradients all have the same sign. Mark: reference.",
    verdict:
      "It holds for single images, and just as well for relu as for sigmoid. Summed over a batch of {batch}, it holds for only {sigmoid batch:%} (sigmoid) and {relu batch:%} (relu) of the neurons.",
  },
  ko: {
    title: "입력이 모두 양수이면 기울기의 부호가 같다",
    statement: "뉴런의 입력이 모두 양수이면 그 가중치 기울기의 부호가 모두 같다.",
    method:
      "학습 전의 784-[64]x2-10 신경망: 둘째 층에서 가중치 기울기의 부호가 모두 같은 뉴런의 비율을 이미지 한 장씩, 그리고 {batch}장 묶음으로 잰다.",
    neurons: "뉴런",
    sampleOf: "{name}, 한 장씩",
    batchOf: "{name}, {batch}장 묶음",
    sample: "이미지 한 장씩",
    batch: "{batch}장 묶음",
    caption: "가중치 기울기의 부호가 모두 같은 뉴런의 비율. 표시는 참조 결과.",
    verdict:
      "이미지 한 장마다는 성립하며, 시그모이드뿐 아니라 relu에서도 똑같다. {batch}장을 합하면 부호가 같은 뉴런은 시그모이드 {sigmoid batch:%}, relu {relu batch:%}뿐이다.",
  },
});

export const zigZag = paired({
  en: {
    title: "Positive outputs make learning zig-zag",
    statement: "A sigmoid's outputs are all positive, so the weights zig-zag and learning is slow.",
    method:
      "σ and σ - 1/2, which has the same derivative and a mean of 0. First 784-[64]x{pathDepth}-10 at one learning rate: how the weights between the hidden layers move in {steps} steps. Then 784-[64]x{depth}-10, each function at its best learning rate: steps to an error of {error:%} on {judged} training images.",
    notes: [
      "Cosine and path are measured on the weights between the two hidden layers of 784-[64]x2-10, without biases. There both paths and the cosine of σ - 1/2 match the reference; σ's cosine is lower (-0.15). Over all weights, updates reverse more often with both functions.",
      "The cosine of updates depends on the learning rate, so it compares these two only because they share one. LeCun, Bottou, Orr, Müller 1998 make wider claims.",
    ],
    rightAngle: "right angle",
    cosineOf: "cosine of successive updates, {label}",
    efficiencyOf: "straight distance / path length, {label}",
    stepsOf: "steps to {error:%} error, {label}",
    straighter: "cosine, σ - 1/2 minus σ",
    ratio: "steps, σ over σ - 1/2",
    cosine: "cosine of successive updates",
    caption:
      "First: how much two successive updates point the same way. Second: error on training images during training, each at its best learning rate. Mark: reference.",
    verdict:
      "With the same derivative but a mean of 0, successive updates agree more (cosine {centred cosine:2} against {sigmoid cosine:2}). At their best learning rates σ needs {sigmoid steps:0} steps and σ - 1/2 needs {centred steps:0}: a factor of {ratio:1}. That slows learning but does not stop it.",
  },
  ko: {
    title: "양수 출력은 학습을 지그재그로 만든다",
    statement: "시그모이드의 출력은 모두 양수라서 가중치가 지그재그로 움직이고 학습이 느리다.",
    method:
      "σ와, 도함수가 같고 평균이 0인 σ - 1/2을 비교한다. 먼저 784-[64]x{pathDepth}-10을 같은 학습률로 {steps}단계 학습하며 은닉층 사이의 가중치가 어떻게 움직이는지 본다. 다음으로 784-[64]x{depth}-10에서 저마다 가장 좋은 학습률로 훈련 이미지 {judged}장의 오류가 {error:%}가 되기까지의 단계 수를 잰다.",
    notes: [
      "코사인과 거리는 784-[64]x2-10의 두 은닉층 사이 가중치만으로 잰 것이다(편향 제외). 두 함수의 거리와 σ - 1/2의 코사인은 참조값과 같고, σ의 코사인은 더 낮다(-0.15). 모든 가중치를 함께 보면 두 함수 모두 더 많이 되돌아간다.",
      "갱신의 코사인은 학습률에 따라 달라지므로, 학습률이 같은 이 둘만 비교할 수 있다. 더 넓은 논의는 LeCun, Bottou, Orr, Müller 1998에 있다.",
    ],
    rightAngle: "직각",
    cosineOf: "잇따른 갱신의 코사인, {label}",
    efficiencyOf: "직선거리 / 지나간 거리, {label}",
    stepsOf: "오류 {error:%}까지의 단계, {label}",
    straighter: "코사인, σ - 1/2 빼기 σ",
    ratio: "단계 수, σ 나누기 σ - 1/2",
    cosine: "잇따른 갱신의 코사인",
    caption:
      "첫째: 잇따른 두 갱신이 같은 쪽을 향하는 정도. 둘째: 저마다 가장 좋은 학습률에서 학습 중 훈련 이미지의 오류. 표시는 참조 결과.",
    verdict:
      "도함수는 그대로 두고 평균만 0으로 하면 잇따른 갱신의 방향이 더 잘 맞는다(코사인 {sigmoid cosine:2}에서 {centred cosine:2}로). 저마다 가장 좋은 학습률에서 σ는 {sigmoid steps:0}단계, σ - 1/2은 {centred steps:0}단계가 걸린다. {ratio:1}배 느려질 뿐 학습이 막히지는 않는다.",
  },
});

export const centredInputs = paired({
  en: {
    title: "Inputs with a mean of zero learn faster",
    statement: "Inputs that are all positive make learning zig-zag: centre them.",
    method:
      "Softmax regression on pixels in [0, 1], raw and with each pixel's mean subtracted, each at the best of a few learning rates: steps to an error of {error:%} on {judged} training images, checked every {every} steps.",
    raw: "raw",
    centred: "centred",
    ratio: "raw over centred",
    eigenvalueOf: "largest eigenvalue, {label}",
    stepsOf: "steps, {label}",
    steps: "steps to {error:%} error",
    caption:
      "First: error on {judged} training images during training. Second: steps to {error:%}. Mark: reference, on Fashion-MNIST.",
    verdict:
      "Centred inputs get there {ratio:1} times sooner, each at its best learning rate. Along the mean the loss is far steeper than in any other direction (largest eigenvalue {raw eigenvalue:0} against {centred eigenvalue:0}), and that limits the learning rate.",
  },
  ko: {
    title: "평균이 0인 입력이 더 빨리 학습된다",
    statement: "모두 양수인 입력은 학습을 지그재그로 만든다: 평균을 빼라.",
    method:
      "[0, 1]의 픽셀 그대로와 픽셀 평균을 뺀 것으로 softmax 회귀를 몇 학습률 중 가장 좋은 것으로 학습해, 훈련 이미지 {judged}장의 오류가 {error:%}가 되기까지의 단계 수를 {every}단계마다 잰다.",
    raw: "그대로",
    centred: "평균 제거",
    ratio: "그대로 나누기 평균 제거",
    eigenvalueOf: "최대 고윳값, {label}",
    stepsOf: "단계 수, {label}",
    steps: "오류 {error:%}까지의 단계",
    caption:
      "첫째: 학습 중 훈련 이미지 {judged}장의 오류. 둘째: {error:%}까지의 단계 수. 표시는 Fashion-MNIST의 참조 결과.",
    verdict:
      "저마다 가장 좋은 학습률에서 평균을 뺀 입력이 {ratio:1}배 먼저 도착한다. 평균은 손실이 유독 가파른 방향이며(최대 고윳값 {raw eigenvalue:0} 대 {centred eigenvalue:0}) 학습률을 제한한다.",
  },
});

export const expSlow = paired({
  en: {
    title: "Is the exponential slow?",
    statement: "Sigmoid and tanh need an exponential, which is slow to compute.",
    method:
      "Each function's kernel over {elements} numbers, against relu's; and the activations' share of a 784-256-256-10 training step, forward and backward, each run as a separate kernel.",
    notes: [
      "The reference is PyTorch on a CPU without vector code for tanh. Ratios depend on the device: where kernels wait for memory, all functions take the same time.",
      "The engine usually fuses an activation into the kernel before it. Here fusion is off, so that there is something to measure.",
    ],
    ratioOf: "kernel time of {name} over relu's",
    shareOf: "share of a training step, {name}",
    share: "share of a training step",
    times: "time over relu's",
    little: ", so there is next to nothing to save",
    caption:
      "First: time of the kernel alone, relu = 1. Second: share of a whole training step. Mark: reference, on a CPU.",
    verdict:
      "On this adapter exp's kernel takes {exp ratio:1} times as long as relu's, and tanh's {tanh ratio:1} times{little}. In training it hardly matters: tanh is {tanh share:%1} of a step, {extra:%1} more than relu. Matrix products are the rest.",
  },
  ko: {
    title: "지수 함수는 느린가?",
    statement: "시그모이드와 tanh에 필요한 지수 함수는 계산이 느리다.",
    method:
      "수 {elements}개에 대한 함수별 커널의 시간을 relu와 견주고, 784-256-256-10의 학습 한 단계에서 활성화 함수가 순전파와 역전파에 차지하는 몫을 저마다 독립된 커널로 잰다.",
    notes: [
      "참조 결과는 tanh에 벡터 코드가 없는 CPU의 PyTorch다. 비율은 장치에 따라 다르고, 커널이 메모리를 기다리는 장치에서는 모든 함수의 시간이 같다.",
      "엔진은 보통 활성화 함수를 앞 커널에 합친다. 여기서는 재기 위해 합치지 않는다.",
    ],
    ratioOf: "{name} 커널, relu의 몇 배",
    shareOf: "학습 단계에서 차지하는 몫, {name}",
    share: "학습 단계에서 차지하는 몫",
    times: "relu의 몇 배",
    little: ". 아낄 것이 거의 없다",
    caption: "첫째: 커널만의 시간, relu가 1. 둘째: 학습 한 단계에서 차지하는 몫. 표시는 CPU의 참조 결과.",
    verdict:
      "이 어댑터에서 exp 커널은 relu의 {exp ratio:1}배, tanh 커널은 {tanh ratio:1}배 걸린다{little}. 학습에서는 거의 문제가 되지 않는다: tanh는 한 단계의 {tanh share:%1}로 relu보다 {extra:%1} 많을 뿐이고, 나머지는 행렬 곱이다.",
  },
});
