/** What the statements on depth say. */
import { paired } from "../texts.ts";

export const depthParameters = paired({
  en: {
    title: "Deeper needs fewer parameters, sometimes",
    statement: "The deeper a network, the fewer parameters it needs.",
    method:
      "The tent map folded {folds} times, built exactly; and relu networks on {rows} points of spirals of {turns} turns: the fewest parameters with a median accuracy of {solved:%}, by depth.",
    notes: [
      "Telgarsky 2015: folding doubles the pieces with each layer. If depth 1 solves nothing, its figure is shown as not finite. The fewest parameters are known only up to the grid of widths tried. The reference uses other spirals (a line gets 64.8 % of them right, 60 % of these); its 382 and 602 parameters are for width 10, while narrower networks are tried here too.",
    ],
    parameters: "parameters",
    depth: "depth {depth}",
    pieces: "tent map: linear pieces",
    tent: "tent map: parameters, deep",
    shallow: "tent map: parameters, one hidden layer",
    fewestOf: "spirals: fewest parameters, depth {depth}",
    oneDeep: "spirals: best accuracy at depth 1",
    beyond:
      "But there is a best depth: depth {best} needs {least} parameters, depth {last} needs {most} again.",
    fewest: "Depth {best} needs the fewest, {least}.",
    solved: "{solved:%}",
    caption: "Median accuracy on spirals of {turns} turns by number of parameters, one line per depth.",
    verdict:
      "For hard functions it holds: {folds} layers build with {tent} parameters what one layer needs {shallow} for, and one hidden layer does not learn the spirals at all. {which}",
  },
  ko: {
    title: "깊으면 매개변수가 적어도 된다, 때로는",
    statement: "신경망은 깊을수록 매개변수가 적게 든다.",
    method:
      "{folds}번 접은 텐트 사상을 정확히 구성하고, {turns}바퀴 나선의 점 {rows}개에서 깊이마다 정확도 중앙값이 {solved:%}에 이르는 가장 적은 매개변수 수를 relu 신경망으로 찾는다.",
    notes: [
      "Telgarsky 2015: 층마다 접으면 조각이 두 배가 된다. 깊이 1이 아무것도 풀지 못하면 값이 없다. 시도한 너비는 설정에 있는 것뿐이므로 최소 매개변수는 그 격자까지만 알 수 있다. 참조 결과의 나선은 다른 나선이며(직선이 64.8 %를 맞히고 여기서는 60 %), 그 382개와 602개는 너비 10의 것인데 여기서는 더 좁은 것도 시도한다.",
    ],
    parameters: "매개변수",
    depth: "깊이 {depth}",
    pieces: "텐트 사상: 선형 조각 수",
    tent: "텐트 사상: 매개변수, 깊은 것",
    shallow: "텐트 사상: 매개변수, 한 은닉층",
    fewestOf: "나선: 가장 적은 매개변수, 깊이 {depth}",
    oneDeep: "나선: 깊이 1의 가장 좋은 정확도",
    beyond:
      "그러나 가장 좋은 깊이가 있다: 깊이 {best}에서는 {least}개면 되지만 깊이 {last}에서는 다시 {most}개가 든다.",
    fewest: "가장 적은 것은 깊이 {best}의 {least}개다.",
    solved: "{solved:%}",
    caption: "매개변수 수에 따른 {turns}바퀴 나선의 정확도 중앙값. 선 하나가 깊이 하나다.",
    verdict:
      "어려운 함수에서는 성립한다: {folds}층의 매개변수 {tent}개가 한 층의 {shallow}개와 같은 일을 하고, 은닉층 하나로는 나선을 배우지 못한다. {which}",
  },
});

export const depthImages = paired({
  en: {
    title: "Deeper with as many parameters: images",
    statement: "The deeper a network, the fewer parameters it needs.",
    method:
      "784-[width]xD-10 relu networks on {rows} images, one to six layers deep, each wide enough for 52,000 parameters; SGD, each at the best learning rate of a short search. If depth saved parameters, the deep networks would be more accurate.",
    testOf: "test accuracy, depth {depth}",
    gain: "deepest minus one hidden layer",
    little: "no depth gains more than {best:%1} over one layer",
    none: "no depth does better than one layer",
    caption:
      "Test accuracy by depth, all with 52,000 parameters, range over seeds. Mark and dashed line: reference.",
    verdict:
      "Not on these images: with 52,000 parameters each, one hidden layer reaches {depth 1:%1} and six reach {depth 6:%1}; {most}. Depth saves parameters when the function itself is folded, and this one is not.",
  },
  ko: {
    title: "같은 값에 더 깊게: 이미지",
    statement: "신경망은 깊을수록 매개변수가 적게 든다.",
    method:
      "relu 신경망 784-[너비]xD-10을 이미지 {rows}장에서 한 층부터 여섯 층까지, 매개변수가 모두 52,000개쯤 되도록 너비를 골라 SGD로, 짧은 탐색에서 가장 좋았던 학습률로 학습한다. 깊이가 매개변수를 아낀다면 깊은 쪽이 더 정확해야 한다.",
    testOf: "시험 정확도, 깊이 {depth}",
    gain: "가장 깊은 것 빼기 한 은닉층",
    little: "어떤 깊이도 한 층보다 {best:%1} 넘게 낫지 않다",
    none: "어떤 깊이도 한 층보다 낫지 않다",
    caption:
      "매개변수가 모두 52,000개쯤일 때 깊이에 따른 시험 정확도와 시드의 최소·최대. 표시와 점선은 참조 결과.",
    verdict:
      "이 이미지에서는 아니다: 같은 52,000개의 매개변수로 은닉층 하나는 {depth 1:%1}, 여섯은 {depth 6:%1}이고, {most}. 깊이는 함수 자체가 접혀 있을 때 매개변수를 아끼는데, 여기서는 그렇지 않다.",
  },
});

export const nearlyLinear = paired({
  en: {
    title: "Nearly linear, but not too nearly",
    statement:
      "The closer an activation is to a line, the more easily a network learns; too close, and it learns badly.",
    method:
      "784-[64]x{depth}-10, initialised to preserve the variance (Glorot for tanh), SGD with momentum: error on {judged} training images early in training, and training accuracy at the end, for slopes below 0 from 0 (relu) to 1 (linear) and for tanh(gx)/g. And 2-16-16-2 on two spirals.",
    notes: [
      "Slopes of 0.99 and more need a learning rate of at most 0.01: at 0.03 seeds diverge. At slope 0.5 one of three still does; the median ignores it.",
    ],
    slope: "slope {slope}",
    earlyOf: "early error, slope {slope}",
    lateOf: "training accuracy, slope {slope}",
    tanhOf: "training accuracy, tanh({g}x)/{g}",
    spiralsOf: "spirals, slope {slope}",
    easier: "early error, slope 0 minus 0.5",
    capacity: "training accuracy, slope 0 minus 1",
    spirals: "accuracy on spirals",
    caption:
      "First: early error by slope below 0: the straighter, the faster. Second: spirals, which a linear function cannot separate. Third: the more sharply tanh(gx)/g bends, the worse {depth} layers learn. Mark: reference.",
    verdict:
      "Early in training the error is {early 0:%1} at slope 0 and {early 0.5:%1} at 0.5, and tanh(8x)/8 trains {depth} layers only to {tanh 8:%1} where tanh reaches {tanh 1:%1}. Being too straight costs capacity, not speed: at slope 1 the two spirals stay at {spirals 1:%1}.",
  },
  ko: {
    title: "선형에 가깝게, 그러나 너무 가깝지는 않게",
    statement: "활성화 함수는 선형에 가까울수록 학습이 쉽고, 너무 가까우면 나쁘다.",
    method:
      "분산을 보존하는 가중치(tanh는 Glorot)에서 784-[64]x{depth}-10을 모멘텀 SGD로 학습한다. 음수 쪽 기울기 0(relu)부터 1(선형)까지와 tanh(gx)/g에 대해, 학습 초반 훈련 이미지 {judged}장의 오류와 끝의 훈련 정확도를 본다. 두 나선에는 2-16-16-2를 쓴다.",
    notes: [
      "기울기가 0.99 이상이면 학습률을 0.01 이하로 둔다: 0.03에서는 발산하는 시드가 있다. 기울기 0.5에서도 셋 중 하나가 발산하며, 중앙값에는 드러나지 않는다.",
    ],
    slope: "기울기 {slope}",
    earlyOf: "학습 초반의 오류, 기울기 {slope}",
    lateOf: "훈련 정확도, 기울기 {slope}",
    tanhOf: "훈련 정확도, tanh({g}x)/{g}",
    spiralsOf: "나선, 기울기 {slope}",
    easier: "학습 초반의 오류, 기울기 0 빼기 0.5",
    capacity: "훈련 정확도, 기울기 0 빼기 1",
    spirals: "나선 정확도",
    caption:
      "첫째: 음수 쪽 기울기에 따른 학습 초반의 오류로, 선형에 가까울수록 빠르다. 둘째: 선형 함수로는 나눌 수 없는 나선. 셋째: tanh(gx)/g가 급하게 꺾일수록 {depth}개 층의 학습이 나빠진다. 표시는 참조 결과.",
    verdict:
      "학습 초반의 오류는 기울기 0에서 {early 0:%1}, 0.5에서 {early 0.5:%1}이고, {depth}개 층에서 tanh가 {tanh 1:%1}에 이를 때 tanh(8x)/8은 {tanh 8:%1}에 그친다. 너무 곧으면 속도가 아니라 표현력을 잃는다: 기울기 1에서 두 나선은 {spirals 1:%1}에 머문다.",
  },
});

export const deepest = paired({
  en: {
    title: "Which function goes deepest?",
    statement: "Functions that are too non-linear limit depth; ReLU is nearly linear, so it goes deepest.",
    method:
      "784-[64]x{depth}-10 trained by SGD with momentum for {steps} steps, each at the best of a few learning rates: accuracy on the training images.",
    notes: [
      "Leaky 0.5 can diverge on a seed that the learning-rate search did not use. Its accuracy there counts as near 0.",
      "Relu uses He initialisation, leaky 0.5 one that preserves the variance, the others Glorot's.",
    ],
    accuracyOf: "training accuracy, {name}",
    ahead: "tanh minus relu",
    held: "It held here: at {depth} layers sigmoid stays at {sigmoid:%1} and tanh(8x)/8 at {tanh(8x)/8:%1}, so too sharp a bend does limit depth. Relu went deeper than tanh: tanh reaches {tanh:%1}, relu {relu:%1}, and leaky relu with slope 0.5, nearer to a line than relu, {leaky 0.5:%1}.",
    caption:
      "Training accuracy of {depth} layers after {steps} steps. The most nearly linear is at the top. Mark: reference.",
    verdict:
      "Half true: at {depth} layers sigmoid stays at {sigmoid:%1} and tanh(8x)/8 at {tanh(8x)/8:%1}, so too sharp a bend does limit depth. But relu does not go deepest: tanh reaches {tanh:%1}, relu {relu:%1}, and leaky relu with slope 0.5, nearer to a line than relu, {leaky 0.5:%1}.",
  },
  ko: {
    title: "어떤 함수가 가장 깊이 가는가?",
    statement: "비선형이 심한 함수는 깊이를 막고, 선형에 가까운 ReLU가 가장 깊이 간다.",
    method:
      "784-[64]x{depth}-10을 모멘텀 SGD로 {steps}단계, 몇 학습률 중 가장 좋은 것으로 학습한 훈련 이미지 정확도.",
    notes: [
      "leaky 0.5는 학습률 탐색에 쓰지 않은 시드에서 발산하기도 한다. 그때 정확도는 0에 가깝게 친다.",
      "relu는 He, leaky 0.5는 분산을 보존하는 가중치, 나머지는 Glorot에서 시작한다.",
    ],
    accuracyOf: "훈련 정확도, {name}",
    ahead: "tanh 빼기 relu",
    held: "여기서는 맞았다. {depth}개 층에서 시그모이드는 {sigmoid:%1}, tanh(8x)/8은 {tanh(8x)/8:%1}에 머물러, 너무 급하게 꺾이는 함수는 정말 깊이를 막는다. relu는 tanh보다 깊이 갔다: tanh {tanh:%1}, relu {relu:%1}, relu보다 선형에 가까운 leaky 0.5는 {leaky 0.5:%1}다.",
    caption: "{depth}개 층을 {steps}단계 학습한 훈련 정확도. 위로 갈수록 선형에 가깝다. 표시는 참조 결과.",
    verdict:
      "절반만 맞다. {depth}개 층에서 시그모이드는 {sigmoid:%1}, tanh(8x)/8은 {tanh(8x)/8:%1}에 머물러, 너무 급하게 꺾이는 함수는 정말 깊이를 막는다. 그러나 relu가 가장 깊이 가는 것은 아니다: tanh {tanh:%1}, relu {relu:%1}, relu보다 선형에 가까운 leaky 0.5는 {leaky 0.5:%1}다.",
  },
});
