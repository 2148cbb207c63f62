/** What the statements on ReLU say. */
import { paired } from "../texts.ts";

export const sixTimes = paired({
  en: {
    title: "Is ReLU six times faster?",
    statement:
      "ReLU learns much faster than sigmoid and tanh: AlexNet reached 25 % training error six times sooner.",
    method:
      "A small convolutional network (16 and 32 channels, {hidden} hidden units) on images of 14 x 14, SGD with momentum, each activation at the best of its learning rates: steps to an error of {error:%} on {judged} training images. Then relu and tanh compared unfairly: raw pixels from 0 to 255, weights from N(0, 0.05²), one learning rate for both.",
    notes: [
      "25 % is the finish line in Krizhevsky, Sutskever, Hinton 2012, Figure 1 (four layers, CIFAR-10, learning rates chosen separately), not either network's final error. Images and network are smaller here.",
      "Sigmoid gets there sooner than in the reference because its learning rate goes up to 0.3 here. At 0.1 it takes 410 steps (330 to 430), as in the reference.",
      "{most} steps ({sharedMost} in the last comparison) mean that the line was not reached by then.",
    ],
    stepsOf: "steps to {error:%} error, {name}",
    sigmoid: "sigmoid over relu",
    tanh: "tanh over relu",
    sharedOf: "raw pixels, one learning rate: {name}",
    best: "each at its best rate",
    shared: "one rate, raw pixels",
    more: " or more",
    yes: "yes too",
    no: "no",
    unfair:
      ". Only with one learning rate on raw pixels is the gap large: {shared relu:0} steps for relu, {shared tanh:0} or more for tanh",
    caption:
      "First: error on training images, each activation at its best learning rate. Second: steps to {error:%} error. Third: the unfair comparison, one learning rate on raw pixels. Mark: reference.",
    verdict:
      "Against sigmoid, yes: it takes {sigmoid ratio:0} times as many steps as relu{more}. Against tanh, {tanhToo}: at its own learning rate tanh takes {tanh ratio:1} times relu's steps{unfair}.",
  },
  ko: {
    title: "ReLU는 여섯 배 빠른가?",
    statement:
      "ReLU는 시그모이드와 tanh보다 훨씬 빨리 학습한다: AlexNet은 훈련 오류 25 %에 여섯 배 먼저 이르렀다.",
    method:
      "14 x 14 이미지에서 작은 합성곱 신경망(채널 16과 32, 은닉 유닛 {hidden})을 모멘텀 SGD로, 활성화 함수마다 가장 좋은 학습률로 학습해 훈련 이미지 {judged}장의 오류가 {error:%}가 되기까지의 단계 수를 잰다. 이어서 하지 말아야 할 비교도 해 본다: 0~255 픽셀 그대로, N(0, 0.05²) 가중치, 같은 학습률의 relu와 tanh.",
    notes: [
      "25 %는 Krizhevsky, Sutskever, Hinton 2012의 그림 1(네 층, CIFAR-10, 학습률은 따로 고름)이 정한 결승선이지 어느 신경망의 최종 오류가 아니다. 여기서는 이미지도 신경망도 더 작다.",
      "시그모이드가 참조 결과보다 빨리 도착하는 것은 여기서는 학습률을 0.3까지 찾기 때문이다. 0.1에서는 410단계(330~430)로 참조값과 같다.",
      "{most}단계, 마지막 비교의 {sharedMost}단계는 그때까지 도착하지 못했다는 뜻이다.",
    ],
    stepsOf: "오류 {error:%}까지의 단계, {name}",
    sigmoid: "시그모이드 나누기 relu",
    tanh: "tanh 나누기 relu",
    sharedOf: "픽셀 그대로, 같은 학습률: {name}",
    best: "저마다 가장 좋은 학습률",
    shared: "같은 학습률, 픽셀 그대로",
    more: " 이상의",
    yes: "도 맞다",
    no: "아니다",
    unfair:
      ". 픽셀을 그대로 넣고 같은 학습률을 쓸 때에만 relu {shared relu:0}단계 대 tanh {shared tanh:0}단계 이상으로 벌어진다",
    caption:
      "첫째: 활성화 함수마다 가장 좋은 학습률에서 훈련 이미지의 오류. 둘째: 선까지의 단계 수. 셋째: 픽셀 그대로 같은 학습률을 쓴 불공정한 비교. 표시는 참조 결과.",
    verdict:
      "시그모이드에 대해서는 맞다: relu의 {sigmoid ratio:0}배{more} 단계가 걸린다. tanh에 대해서는 {tanhToo}: 제 학습률을 쓰면 tanh는 relu의 {tanh ratio:1}배 단계면 된다{unfair}.",
  },
});

export const reluCheap = paired({
  en: {
    title: "ReLU costs no more than a copy",
    statement: "ReLU is cheap to compute.",
    method: "Each function's kernel over {elements} numbers, against one that only copies them.",
    notes: [
      "The reference is PyTorch on a CPU: 0.33 ms for relu and for a memory copy alike. The copy here is identity's kernel, which reads and writes as relu's does.",
    ],
    copy: "copy",
    ratio: "relu over a copy",
    msOf: "milliseconds, {label}",
    ms: "milliseconds",
    nothing: "it costs the reads and writes, and nothing more",
    more: "here it costs more than the reads and writes",
    caption: "Kernel time over {elements} numbers, range over rounds.",
    verdict:
      "relu takes {relu ms:2} ms for {elements} numbers, a copy {copy ms:2} ms: {cost}. Tanh takes {tanh ms:2} ms on this adapter.",
  },
  ko: {
    title: "ReLU는 복사만큼 싸다",
    statement: "ReLU는 계산이 싸다.",
    method: "수 {elements}개에 대한 함수별 커널의 시간을 복사만 하는 커널과 견준다.",
    notes: [
      "참조 결과는 CPU의 PyTorch다: relu도 메모리 복사도 0.33 ms. 여기서 복사는 relu처럼 읽고 쓰는 항등 함수의 커널이다.",
    ],
    copy: "복사",
    ratio: "relu 나누기 복사",
    msOf: "밀리초, {label}",
    ms: "밀리초",
    nothing: "읽고 쓰는 시간이 전부다",
    more: "여기서는 읽고 쓰기보다 더 든다",
    caption: "수 {elements}개에 대한 커널의 시간과 여러 번 잰 것의 최소·최대.",
    verdict:
      "수 {elements}개에 relu는 {relu ms:2} ms, 복사는 {copy ms:2} ms 걸린다: {cost}. 이 어댑터에서 tanh는 {tanh ms:2} ms다.",
  },
});

export const exactZeros = paired({
  en: {
    title: "ReLU gives exact zeros",
    statement: "ReLU outputs exact zeros: its activity is sparse.",
    method:
      "Share of 784-[64]x2-10's hidden outputs that are exactly 0 over {looked} images, before and after training.",
    notes: [
      "In a convolutional network the share grows with depth: the experiment on swapped activations measures 57 % and 83 % (reference) after the first and second convolution. Glorot, Bordes, Bengio 2011: 50 % at the start.",
    ],
    look: "Look at Inside: about half of relu's outputs are exactly 0, and none of the others'.",
    reluBefore: "relu, before training",
    afterOf: "{name}, trained",
    small: "sigmoid below 0.01, trained",
    before: "before training",
    after: "trained",
    caption: "Share of hidden outputs that are exactly 0. Mark: reference.",
    verdict:
      "About half of a relu network's hidden outputs are exactly 0 at the start, and {relu after:%} after training. Sigmoid, tanh and ELU output none.",
  },
  ko: {
    title: "ReLU는 정확한 0을 낸다",
    statement: "ReLU의 출력에는 정확한 0이 많다: 활성이 희소하다.",
    method: "이미지 {looked}장에서 784-[64]x2-10의 은닉 출력 가운데 정확히 0인 비율을 학습 전후에 잰다.",
    notes: [
      "합성곱 신경망에서는 뒤로 갈수록 비율이 커진다: 활성화 함수를 바꾸는 실험에서 두 합성곱 뒤의 값(참조 57 %, 83 %)을 잰다. Glorot, Bordes, Bengio 2011: 처음에 50 %.",
    ],
    look: "‘내부’를 보라: relu의 출력은 절반쯤이 정확히 0이고 다른 함수의 출력에는 없다.",
    reluBefore: "relu, 학습 전",
    afterOf: "{name}, 학습 후",
    small: "시그모이드 0.01 미만, 학습 후",
    before: "학습 전",
    after: "학습 후",
    caption: "은닉 출력 가운데 정확히 0인 비율. 표시는 참조 결과.",
    verdict:
      "relu 신경망의 은닉 출력은 처음에 절반쯤, 학습 후에는 {relu after:%}가 정확히 0이다. 시그모이드, tanh, ELU에는 없다.",
  },
});

export const noisyImages = paired({
  en: {
    title: "Do zeros remove noise?",
    statement: "ReLU's exact zeros remove noise.",
    method:
      "784-[64]x2-10 trained on clean images; normal noise of standard deviation {noise} is added to every normalised pixel of the test images.",
    cleanOf: "{name}, clean",
    noisyOf: "{name}, with noise",
    gain: "relu minus the best other, with noise",
    noise: "standard deviation of the noise",
    noisy: "test accuracy, noise {noise}",
    best: "Noise takes relu from {relu clean:%1} to {relu noisy:%1}, and sigmoid, which has no zeros at all, from {sigmoid clean:%1} to {sigmoid noisy:%1}. Here relu withstands it best.",
    caption:
      "First: test accuracy as the noise grows. Second: with noise of standard deviation {noise}; mark: reference.",
    verdict:
      "Noise takes relu from {relu clean:%1} to {relu noisy:%1}, and sigmoid, which has no zeros at all, from {sigmoid clean:%1} to {sigmoid noisy:%1}. Zeros do not remove noise: relu passes on everything above 0, while a saturating function holds it back.",
  },
  ko: {
    title: "0이 잡음을 없애는가?",
    statement: "ReLU가 내는 0은 잡음을 없앤다.",
    method:
      "깨끗한 이미지로 784-[64]x2-10을 학습하고, 시험 이미지의 정규화된 픽셀마다 표준편차 {noise}의 정규 잡음을 더한다.",
    cleanOf: "{name}, 잡음 없음",
    noisyOf: "{name}, 잡음 있음",
    gain: "relu 빼기 나머지 중 최고, 잡음 있음",
    noise: "잡음의 표준편차",
    noisy: "시험 정확도, 잡음 {noise}",
    best: "잡음을 더하면 relu는 {relu clean:%1}에서 {relu noisy:%1}로, 0이 전혀 없는 시그모이드는 {sigmoid clean:%1}에서 {sigmoid noisy:%1}로 떨어진다. 여기서는 relu가 가장 잘 견딘다.",
    caption: "첫째: 잡음이 커질 때의 시험 정확도. 둘째: 표준편차 {noise}일 때, 표시는 참조 결과.",
    verdict:
      "잡음을 더하면 relu는 {relu clean:%1}에서 {relu noisy:%1}로, 0이 전혀 없는 시그모이드는 {sigmoid clean:%1}에서 {sigmoid noisy:%1}로 떨어진다. 0은 잡음을 없애지 않는다. relu는 0보다 큰 것을 그대로 내보내고, 포화하는 함수가 오히려 잡음을 누른다.",
  },
});

export const swapped = paired({
  en: {
    title: "Half of each map is cut off",
    statement: "ReLU sets the negative part of a map to 0, which is only half right.",
    method:
      "A convolutional network of 16 and 32 channels on images of 14 x 14 is trained with relu, and its share of zeros is counted. Then relu is swapped for another function, and the same weights are tested.",
    notes: [
      "How many maps die and how much the swapped functions lose varies widely between seeds, here and in the reference: some seeds overshoot in the first steps.",
    ],
    zeros: "zeros",
    half: "half",
    untrained: "first, untrained",
    first: "first, trained",
    second: "second, trained",
    zerosOf: "share of zeros, {label}",
    dead: "second-layer maps that are always 0",
    testOf: "test accuracy with {label}",
    lost: "test accuracy, relu minus the best other",
    caption:
      "First: how much of each layer's maps is 0. Second: test accuracy of the same weights when relu is swapped for another function. Mark: reference.",
    verdict:
      "Half of the first layer's maps is negative before training, and {conv2:%} of the second layer's after it. The cut does not hurt this network, which was trained with it: {relu:%1} with relu, {identity:%1} when the negative part passes.",
  },
  ko: {
    title: "맵의 절반은 잘려 나간다",
    statement: "ReLU는 맵의 음수를 0으로 만드는데, 반은 옳은 일이다.",
    method:
      "14 x 14 이미지에서 채널 16과 32의 합성곱 신경망을 relu로 학습하고 0의 비율을 센다. 그다음 가중치는 그대로 두고 relu만 다른 함수로 바꾸어 시험한다.",
    notes: [
      "죽은 맵의 수와 함수를 바꾸었을 때의 손실은 여기서도 참조 결과에서도 시드마다 크게 다르다. 첫 단계들에서 지나치게 뛰는 시드가 있다.",
    ],
    zeros: "0의 비율",
    half: "절반",
    untrained: "첫째, 학습 전",
    first: "첫째, 학습 후",
    second: "둘째, 학습 후",
    zerosOf: "0의 비율, {label}",
    dead: "둘째 층에서 늘 0인 맵",
    testOf: "시험 정확도, {label}",
    lost: "시험 정확도, relu 빼기 나머지 중 최고",
    caption:
      "첫째: 층마다 맵에서 0이 차지하는 비율. 둘째: 같은 가중치에서 relu를 다른 함수로 바꾼 시험 정확도. 표시는 참조 결과.",
    verdict:
      "학습 전에는 첫째 맵의 절반이, 학습 후에는 둘째 맵의 {conv2:%}가 0이다. 잘린 음수는 손실이 아니라 학습의 전제다. relu로는 {relu:%1}, 음수를 그대로 통과시키면 {identity:%1}가 된다.",
  },
});
