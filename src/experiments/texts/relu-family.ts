/** What the statements on ReLU's relatives, and on units that die say. */
import { paired } from "../texts.ts";

export const bornDead = paired({
  en: {
    title: "Deep narrow relu networks are born dead",
    statement:
      "ReLU neurons can die. A narrow network can be dead from the start, and the deeper it is, the more likely.",
    method:
      "{networks} 1-[2]xD-1 networks with He initialisation, as replicas of one recorded pass. A network is dead if its output is the same for {points} inputs from {from} to {to}.",
    notes: [
      "Lu et al. 2019: the probability that a relu network is born dead goes to 1 as depth grows. Each gate allows six standard errors (of a thousand networks) on either side, because the reference is such a share too.",
    ],
    depth: "depth",
    bornDead: "born dead",
    deadOf: "dead at width {width}, depth {depth}",
    width: "width {width}",
    caption: "Share of {networks} networks whose output is the same for every input, before any training.",
    verdict:
      "Of networks two units wide and twenty layers deep, {depth20:%1} are dead before any training. Width is the cure: with eight units and ten layers, {wide:%1} are.",
  },
  ko: {
    title: "깊고 좁은 relu 신경망은 죽은 채로 태어난다",
    statement: "ReLU 뉴런은 죽을 수 있다. 좁은 신경망은 처음부터 죽어 있을 수 있고, 깊을수록 그렇다.",
    method:
      "He 초기값의 1-[2]xD-1 신경망 {networks}개를 한 번에 기록된 계산의 복제본으로 돌린다. {from}부터 {to}까지의 입력 {points}개에 모두 같은 값을 내면 죽은 것이다.",
    notes: [
      "Lu 등 2019: 깊이가 커지면 relu 신경망이 죽을 확률이 1로 간다. 참조 결과도 천 개의 비율이므로 기준은 양쪽으로 표준오차의 여섯 배다.",
    ],
    depth: "깊이",
    bornDead: "죽은 채로 태어난 비율",
    deadOf: "너비 {width}, 깊이 {depth}에서 죽은 비율",
    width: "너비 {width}",
    caption: "학습 전에 모든 입력에 같은 값을 내는 신경망의 비율({networks}개 가운데).",
    verdict:
      "너비 2, 깊이 20인 신경망의 {depth20:%1}가 학습 전에 이미 죽어 있다. 너비가 약이다: 너비 8, 깊이 10에서는 {wide:%1}다.",
  },
});

export const dyingRelu = paired({
  en: {
    title: "ReLU units can die",
    statement: "A ReLU neuron can die: it outputs 0 for every input and stops learning.",
    method:
      "784-[64]x2-10: (a) {kicks} steps at learning rate {kick}, (b) hidden biases of {bias}; then {steps} normal steps. A unit is dead if none of {looked} images gives it a gradient.",
    harmed: "(a) dead after {kicks} steps at lr {kick}",
    dead: "(a) dead after training on",
    accuracy: "(a) test accuracy",
    biasDead: "(b) dead with biases of {bias}",
    biasAccuracy: "(b) test accuracy",
    units: "dead units",
    share: "share of hidden units",
    kicked: "lr {kick}, {kicks} steps",
    afterwards: "then {steps} more",
    biased: "biases {bias}",
    afterKick: "after lr {kick}",
    caption: "Dead hidden units, and the accuracy left after {steps} normal steps. Mark: reference.",
    verdict:
      "{kicks} steps at a learning rate of {kick} leave {kick dead:%} of the units dead after {steps} more steps; biases of {bias} leave {bias dead:%} dead for good. A dead unit has no gradient to bring it back.",
  },
  ko: {
    title: "ReLU 유닛은 죽을 수 있다",
    statement: "ReLU 뉴런은 죽을 수 있다: 모든 입력에 0을 내고 더는 배우지 않는다.",
    method:
      "784-[64]x2-10에서 (가) 학습률 {kick}로 {kicks}단계, (나) 은닉 편향 {bias}을 준 뒤 보통 학습 {steps}단계. 이미지 {looked}장 어느 것에도 기울기가 없는 유닛을 죽은 것으로 친다.",
    harmed: "(가) 학습률 {kick}로 {kicks}단계 뒤 죽은 비율",
    dead: "(가) 학습을 이어간 뒤 죽은 비율",
    accuracy: "(가) 시험 정확도",
    biasDead: "(나) 편향 {bias}에서 죽은 비율",
    biasAccuracy: "(나) 시험 정확도",
    units: "죽은 유닛",
    share: "은닉 유닛 비율",
    kicked: "학습률 {kick}, {kicks}단계",
    afterwards: "{steps}단계 더",
    biased: "편향 {bias}",
    afterKick: "학습률 {kick} 뒤",
    caption: "죽은 은닉 유닛과, 보통 학습 {steps}단계 뒤에 남은 정확도. 표시는 참조 결과.",
    verdict:
      "학습률 {kick}로 {kicks}단계만 가도 {steps}단계 뒤에 유닛의 {kick dead:%}가 죽어 있고, 편향 {bias}이면 {bias dead:%}가 영영 죽는다. 죽은 유닛에는 되살릴 기울기가 없다.",
  },
});

export const dyingCures = paired({
  en: {
    title: "What leaky, ELU and maxout cure",
    statement: "Leaky ReLU, PReLU, ELU and Maxout do not die.",
    method:
      "The harm that kills relu units, done to networks with the others: (a) {kicks} steps at learning rate {kick}, (b) hidden biases of {bias}; then {steps} normal steps.",
    biasOf: "(b) test accuracy, {name}",
    kickOf: "(a) diverged, {name}: seeds",
    biasDead: "(b) dead units, worst activation",
    cured: "(a) share of networks that recover",
    biased: "(b) biases of {bias}",
    kicked: "(a) {kicks} steps at lr {kick}",
    caption:
      "Test accuracy after the harm and {steps} normal steps. A diverged network counts as 0. Mark: reference.",
    verdict:
      "After biases of {bias} no unit stays dead: ELU recovers to {bias elu:%}, leaky relu with slope 0.01, slowly, to {bias leaky .01:%}. After steps that are too large, units do not die, but most networks diverge: only {cured:%} recover.",
  },
  ko: {
    title: "leaky, ELU, maxout이 고치는 것",
    statement: "Leaky ReLU, PReLU, ELU, Maxout은 죽지 않는다.",
    method:
      "relu를 죽이는 것과 똑같은 해를 다른 함수의 신경망에 준다: (가) 학습률 {kick}로 {kicks}단계, (나) 은닉 편향 {bias}. 그 뒤 보통 학습 {steps}단계.",
    biasOf: "(나) 시험 정확도, {name}",
    kickOf: "(가) 발산, {name}: 시드 수",
    biasDead: "(나) 죽은 유닛, 모두 중 최대",
    cured: "(가) 학습을 이어가는 신경망 비율",
    biased: "(나) 편향 {bias}",
    kicked: "(가) 학습률 {kick}로 {kicks}단계",
    caption: "해를 준 뒤 보통 학습 {steps}단계의 시험 정확도. 발산한 신경망은 0으로 친다. 표시는 참조 결과.",
    verdict:
      "편향 {bias} 뒤에는 아무것도 죽은 채로 남지 않는다: ELU는 {bias elu:%}로 돌아오고, 기울기 0.01의 leaky는 천천히 {bias leaky .01:%}에 이른다. 너무 큰 걸음 뒤에는 죽는 대신 대개 발산한다: 학습을 이어가는 것은 {cured:%}뿐이다.",
  },
});

export const leakySpeed = paired({
  en: {
    title: "Which slope for leaky ReLU?",
    statement: "Leaky ReLU uses 0.01 or another small slope below 0.",
    method:
      "784-[64]x2-10 with several slopes, each at the best of a few learning rates: steps to an error of {error:%} on {judged} training images.",
    stepsOf: "steps to {error:%} error, {name}",
    ratio: "steps, relu over leaky 0.01",
    steps: "steps to {error:%} error",
    differs: "Every small slope works (steps: {list}). Here the slope changes how fast the network learns.",
    caption:
      "First: steps to that error, each at its best learning rate; mark: reference. Second: error during training.",
    verdict:
      "Every small slope works (steps: {list}). None learns clearly faster than plain relu: the slope prevents dying, it does not speed up learning.",
  },
  ko: {
    title: "leaky ReLU의 기울기는 얼마로?",
    statement: "Leaky ReLU는 음수 쪽에 0.01 또는 다른 작은 기울기를 쓴다.",
    method:
      "784-[64]x2-10에 여러 기울기를 쓰고, 저마다 몇 학습률 중 가장 좋은 것으로 훈련 이미지 {judged}장의 오류가 {error:%}가 되기까지의 단계 수를 잰다.",
    stepsOf: "오류 {error:%}까지의 단계, {name}",
    ratio: "단계 수, relu 나누기 leaky 0.01",
    steps: "오류 {error:%}까지의 단계",
    differs: "작은 기울기는 모두 쓸 만하다(단계 수 {list}). 여기서는 기울기가 학습 속도를 바꾼다.",
    caption:
      "첫째: 저마다 가장 좋은 학습률에서 그 오류까지의 단계 수, 표시는 참조 결과. 둘째: 학습 중의 오류.",
    verdict:
      "작은 기울기는 모두 쓸 만하다(단계 수 {list}). 어느 것도 relu보다 뚜렷이 빠르지 않다. 기울기는 죽음을 막을 뿐 학습을 앞당기지는 않는다.",
  },
});

export const learnedSlopes = paired({
  en: {
    title: "PReLU learns its slope",
    statement: "PReLU learns its slope below 0 along with the weights.",
    method:
      "A small convolutional network (16 and 32 channels, {hidden} hidden units) on images of 14 x 14, one slope per layer, starting at {slope}, SGD with momentum; relu for comparison.",
    notes: [
      "With a third convolution of 32 channels instead of the hidden units, the last slope ends at 0.05, but at this learning rate one of three seeds diverges.",
      "He, Zhang, Ren, Sun 2015 report the same pattern, a large slope in the first layer and a small one in the last, and a top-1 error 1.2 points lower on ImageNet.",
    ],
    first: "first layer",
    second: "second layer",
    third: "third layer",
    slopeOf: "slope, {label}",
    testOf: "test accuracy, {name}",
    falls: "slope, first minus last layer",
    slope: "slope below 0",
    fall: "large where edges of either sign matter, small where a feature is present or absent",
    rise: "here the first layer does not end above the last",
    caption: "First: the slopes below 0 during training. Second: test accuracy; mark: reference.",
    verdict:
      "From {slope} the slopes go to {slopes}: {why}. Test accuracy is {test prelu:%1} with PReLU, {test relu:%1} with relu.",
  },
  ko: {
    title: "PReLU는 기울기를 배운다",
    statement: "PReLU는 음수 쪽 기울기를 가중치와 함께 학습한다.",
    method:
      "14 x 14 이미지의 작은 합성곱 신경망(채널 16과 32, 은닉 유닛 {hidden})에서 층마다 기울기 하나를 {slope}에서 시작해 모멘텀 SGD로 학습하고, relu를 나란히 둔다.",
    notes: [
      "은닉 유닛 대신 32채널의 셋째 합성곱을 두면 마지막 기울기는 0.05가 되지만, 이 학습률에서 시드 셋 중 하나가 발산한다.",
      "He, Zhang, Ren, Sun 2015도 첫 층의 기울기가 크고 마지막 층의 기울기가 작으며, ImageNet top-1 오류가 1.2포인트 줄었다고 했다.",
    ],
    first: "첫째 층",
    second: "둘째 층",
    third: "셋째 층",
    slopeOf: "기울기, {label}",
    testOf: "시험 정확도, {name}",
    falls: "기울기, 첫 층 빼기 마지막 층",
    slope: "음수 쪽 기울기",
    fall: "양쪽 부호의 경계가 모두 중요한 앞 층에서는 크고, 특징의 유무를 가리는 뒤 층에서는 작다",
    rise: "여기서는 첫 층이 마지막 층보다 크게 끝나지 않는다",
    caption: "첫째: 학습 중 음수 쪽 기울기. 둘째: 시험 정확도, 표시는 참조 결과.",
    verdict:
      "기울기는 {slope}에서 {slopes}로 간다: {why}. 시험 정확도는 PReLU {test prelu:%1}, relu {test relu:%1}이다.",
  },
});

export const eluCentred = paired({
  en: {
    title: "ELU's outputs are nearer to zero mean",
    statement: "ELU's outputs are nearly centred at zero.",
    method:
      "First hidden layer of trained 784-[64]x2-10 networks: mean of the outputs over their standard deviation.",
    centreOf: "mean / std, {name}",
    nearer: "relu's over elu's magnitude",
    centre: "mean / standard deviation",
    caption: "Mean of the first hidden layer's outputs, in standard deviations. Mark: reference.",
    verdict:
      "Nearer, not centred: ELU's mean is {elu:2} standard deviations, relu's {relu:2}. Only tanh is centred at zero.",
  },
  ko: {
    title: "ELU의 출력은 0에 더 가깝다",
    statement: "ELU의 출력은 거의 0을 중심으로 한다.",
    method: "학습한 784-[64]x2-10의 첫 은닉층 출력에서 평균/표준편차를 구한다.",
    centreOf: "평균/표준편차, {name}",
    nearer: "relu 크기 나누기 elu 크기",
    centre: "평균/표준편차",
    caption: "첫 은닉층 출력의 평균을 표준편차로 나눈 값. 표시는 참조 결과.",
    verdict:
      "가깝지만 중심은 아니다: 평균이 ELU는 표준편차의 {elu:2}배, relu는 {relu:2}배다. 0을 중심으로 하는 것은 tanh뿐이다.",
  },
});

export const maxoutAll = paired({
  en: {
    title: "What maxout offers, and what it costs",
    statement: "Maxout has all the benefits of ReLU, does not die, and is expensive.",
    method:
      "Weights and step time of 784-[{timedWidth}]x2-10 with 2, 3 and 5 pieces, against relu; a relu network rewritten with maxout; and 784-[64]x2-10 trained with both, and with 32 maxout units, which have about as many weights as 64 relu units.",
    notes: [
      "With He initialisation, the larger of two pieces doubles the variance in each layer: maxout diverges at relu's learning rate of 0.1, so it uses 0.05.",
      "Goodfellow, Warde-Farley, Mirza, Courville, Bengio 2013. The reference's times are PyTorch's on a CPU.",
    ],
    pieces: "{k} pieces",
    parametersOf: "weights, {k} pieces over relu",
    timeOf: "step time, {k} pieces over relu",
    rewritten: "largest difference, relu as maxout",
    testOf: "test accuracy, {said}",
    zerosOf: "exact zeros, {name}",
    asMany: "maxout, as many weights",
    times: "time over relu's",
    allHold: "holds here",
    notAll: "does not hold: relu outputs {zeros relu:%} exact zeros, maxout {zeros maxout:%}",
    caption:
      "First: step time over relu's. Second: test accuracy. Third: exact zeros, which maxout does not have. Mark: reference.",
    verdict:
      'Two pieces have {parameters 2:2} times the weights and take {time 2:1} times as long. Any relu network can be written with maxout. Test accuracy is {maxout:%1} against relu\'s {relu:%1}. "All benefits" {all}.',
  },
  ko: {
    title: "maxout이 가진 것과 치르는 값",
    statement: "Maxout은 ReLU의 장점을 모두 가지고 죽지 않지만 무겁다.",
    method:
      "조각이 2, 3, 5개인 784-[{timedWidth}]x2-10의 가중치 수와 학습 한 단계의 시간을 relu와 견주고, relu 신경망을 maxout으로 옮겨 써 본다. 784-[64]x2-10을 둘로 학습하고, 가중치 수가 relu 64개와 비슷한 32유닛 maxout도 학습한다.",
    notes: [
      "He의 가중치에서는 두 조각 중 큰 쪽이 층마다 분산을 두 배로 만든다. maxout은 relu의 학습률 0.1에서 발산해 0.05를 쓴다.",
      "Goodfellow, Warde-Farley, Mirza, Courville, Bengio 2013. 참조 결과의 시간은 CPU의 PyTorch로 쟀다.",
    ],
    pieces: "조각 {k}개",
    parametersOf: "가중치 수, 조각 {k}개 나누기 relu",
    timeOf: "한 단계의 시간, 조각 {k}개 나누기 relu",
    rewritten: "relu를 maxout으로 쓴 최대 차이",
    testOf: "시험 정확도, {said}",
    zerosOf: "정확한 0, {name}",
    asMany: "maxout, 같은 가중치 수",
    times: "relu의 몇 배",
    allHold: "여기서는 맞다",
    notAll: "사실이 아니다: relu의 출력은 {zeros relu:%}가 정확히 0이지만 maxout은 {zeros maxout:%}다",
    caption:
      "첫째: relu에 견준 한 단계의 시간. 둘째: 시험 정확도. 셋째: maxout에는 없는 정확한 0. 표시는 참조 결과.",
    verdict:
      '조각이 둘이면 가중치는 {parameters 2:2}배, 시간은 {time 2:1}배가 들고, relu 신경망은 모두 maxout으로 옮겨 쓸 수 있다. 시험 정확도는 relu {relu:%1}에 대해 {maxout:%1}이다. "장점을 모두"는 {all}.',
  },
});
