/** What the statements on why an activation is non-linear say. */
import { paired } from "../texts.ts";

export const linearStack = paired({
  en: {
    title: "A stack of linear layers is one layer",
    statement:
      "With a linear activation h(x) = cx, three layers compute h(h(h(x))) = c³x: any depth is one layer.",
    method:
      "Stacks of linear layers of width {width} (weights N(0, 1/{width}), biases N(0, 0.1²)) on the GPU, {rows} rows, against the one matrix and bias that they multiply out to.",
    layers: "layers",
    gate: "gate",
    difference3: "difference from one matrix, 3 layers",
    difference100: "difference from one matrix, 100 layers",
    product: "3·3·3·10",
    affine: "g(f(10)), f = 3x, g = 2x + 1",
    bias3: "error of W³x without the biases, 3 layers",
    bias100: "the same, 100 layers",
    stack: "stack against one matrix",
    differs: "The stack and the one matrix differ by more than rounding.",
    caption:
      "Largest difference between the stack and the one matrix, relative to the largest output: nothing but float32 rounding.",
    verdict:
      'A hundred linear layers are one matrix, up to float32 rounding. Two corrections: the "constant multiple" is a matrix, and W³x drops the biases, which matter more as the stack deepens.',
  },
  ko: {
    title: "선형 층을 쌓으면 한 층과 같다",
    statement: "선형 활성화 함수 h(x) = cx를 쓰면 세 층은 h(h(h(x))) = c³x, 곧 아무리 깊어도 한 층이다.",
    method:
      "너비 {width}의 선형 층(가중치 N(0, 1/{width}), 편향 N(0, 0.1²))을 쌓은 것과, 그것을 곱해서 얻은 행렬 하나와 편향 하나를 GPU에서 {rows}행에 대해 각각 계산해 비교한다.",
    layers: "층 수",
    gate: "기준",
    difference3: "행렬 하나와의 차이, 3층",
    difference100: "행렬 하나와의 차이, 100층",
    product: "3·3·3·10",
    affine: "g(f(10)), f = 3x, g = 2x + 1",
    bias3: "편향을 뺀 W³x의 오차, 3층",
    bias100: "같은 오차, 100층",
    stack: "쌓은 층과 행렬 하나",
    differs: "쌓은 층과 행렬 하나의 차이가 반올림보다 크다.",
    caption:
      "쌓은 층과 행렬 하나의 출력 차이 가운데 가장 큰 것을 출력의 최댓값으로 나눈 값: float32의 반올림 오차일 뿐이다.",
    verdict:
      "선형 층 백 개는 float32 반올림 오차 안에서 행렬 하나와 같다. 다만 '상수배'는 행렬이며, W³x는 편향을 빠뜨리는데 깊을수록 그 차이가 크다.",
  },
});

export const superposition = paired({
  en: {
    title: "f(ax + by) = a f(x) + b f(y)",
    statement: "A network without non-linear activations is linear: f(ax + by) = a f(x) + b f(y).",
    method:
      "Untrained 32-64-64-10 networks: the difference between the two sides relative to f(ax + by), in float64 over {rows} rows, a = {a}, b = {b}, and for the linear network also on the GPU in float32; biases, where there are some, from N(0, 0.1²).",
    notes: [
      "With biases, the two sides differ by (1 - a - b) times what the biases add. The reference does not say how large its biases were; these, from N(0, 0.1²), are smaller.",
    ],
    linear: "linear",
    sigmoid: "sigmoid",
    gpu: "linear, on the GPU",
    biased: "linear with bias",
    caption: "Difference between the two sides relative to f(ax + by) (log scale). Mark: reference.",
    verdict:
      "Only without biases: a linear layer with a bias is affine, not linear. Any non-linear activation breaks the equation at once.",
  },
  ko: {
    title: "f(ax + by) = a f(x) + b f(y)",
    statement: "비선형 활성화 함수가 없는 신경망은 선형이다: f(ax + by) = a f(x) + b f(y).",
    method:
      "학습 전의 32-64-64-10 신경망에서 양변의 차이를 f(ax + by)로 나눈 값을 {rows}행에 대해 float64로(a = {a}, b = {b}), 선형은 GPU의 float32로도 계산한다. 편향이 있을 때는 N(0, 0.1²)이다.",
    notes: [
      "편향이 있으면 양변은 편향이 더하는 값의 (1 - a - b)배만큼 다르다. 참조 결과의 편향 크기는 알려져 있지 않으며, 여기서는 N(0, 0.1²)로 더 작다.",
    ],
    linear: "선형",
    sigmoid: "시그모이드",
    gpu: "선형, GPU",
    biased: "편향이 있는 선형",
    caption: "양변의 차이를 f(ax + by)로 나눈 값(로그 눈금). 표시는 참조 결과.",
    verdict:
      "편향이 없을 때만 성립한다: 편향이 있는 선형 층은 아핀이며 선형이 아니다. 비선형 활성화 함수는 모두 이 식을 곧바로 깨뜨린다.",
  },
});

export const linearDepth = paired({
  en: {
    title: "Deep linear networks do no better",
    statement: "A linear network, however deep, can do no better than a linear model.",
    method:
      "784-[64]xD-10 without activations, SGD, on {rows} images; the deepest network's classes against those of the one matrix that it multiplies out to.",
    look: "Look at the test accuracy: identity stays where a single layer gets, relu goes beyond.",
    testOf: "test accuracy, {name}",
    gain: "best deep network minus softmax regression",
    agreement: "same class as the one matrix",
    caption: "Test accuracy of linear networks by depth. Mark: reference, on Fashion-MNIST.",
    verdict:
      "More linear layers gain nothing: the deepest network decides exactly as the one matrix that it multiplies out to. Depth pays off only with something non-linear between the layers.",
  },
  ko: {
    title: "선형 신경망은 깊어도 나아지지 않는다",
    statement: "선형 신경망은 아무리 깊어도 선형 모델보다 잘할 수 없다.",
    method:
      "활성화 함수가 없는 784-[64]xD-10을 이미지 {rows}장에서 SGD로 학습하고, 가장 깊은 신경망의 클래스를 행렬 하나의 것과 비교한다.",
    look: "시험 정확도를 보라: identity는 한 층의 자리에 머물고 relu는 그것을 넘는다.",
    testOf: "시험 정확도, {name}",
    gain: "가장 나은 깊은 것 빼기 softmax 회귀",
    agreement: "행렬 하나와 클래스가 같은 비율",
    caption: "깊이에 따른 선형 신경망의 시험 정확도. 표시는 Fashion-MNIST의 참조 결과.",
    verdict:
      "선형 층을 늘려도 얻는 것이 없다: 가장 깊은 신경망은 곱해서 얻은 행렬 하나와 똑같이 판정한다. 깊이는 층 사이에 비선형이 있어야 값어치가 있다.",
  },
});

export const nonlinearPlane = paired({
  en: {
    title: "Non-linear classifies better: the plane",
    statement: "With a non-linear activation a network separates what no line separates, XOR first of all.",
    method:
      "2-16-16-2 on four sets of 400 points, full batch, Adam; and the four corners of XOR with {corners} seeds.",
    look: "Look at the surfaces: identity cuts the spirals with a line, the others follow them.",
    linearOf: "{name}, linear",
    reluOf: "{name}, relu",
    cornersOf: "XOR's corners, {name}: solved of {corners}",
    solved: "solved of {corners}",
    caption:
      "First: accuracy without an activation and with relu. Second: how many of {corners} networks learn XOR's four corners. Mark: reference.",
    verdict:
      "Relu separates what no line can: spirals go from {spirals linear:%} to {spirals relu:%}. It needs some room: only {relu 2-2-2} of {corners} networks learn XOR's corners with two hidden units, {relu 2-8-2} with eight.",
  },
  ko: {
    title: "비선형이 더 잘 분류한다: 평면",
    statement: "비선형 활성화 함수를 쓰면 직선으로 나눌 수 없는 것, 무엇보다 XOR를 나눈다.",
    method:
      "점 400개의 네 집합에서 2-16-16-2를 전체 배치와 Adam으로 학습하고, XOR의 네 꼭짓점은 시드 {corners}개로 학습한다.",
    look: "경계를 보라: identity는 나선을 직선으로 자르고 나머지는 나선을 따라간다.",
    linearOf: "{name}, 선형",
    reluOf: "{name}, relu",
    cornersOf: "XOR 꼭짓점, {name}: {corners}개 중 해결",
    solved: "{corners}개 중 해결",
    caption:
      "첫째: 활성화 함수가 없을 때와 relu일 때의 정확도. 둘째: 신경망 {corners}개 중 XOR의 네 꼭짓점을 배운 수. 표시는 참조 결과.",
    verdict:
      "직선으로 나눌 수 없는 것을 relu는 나눈다: 나선이 {spirals linear:%}에서 {spirals relu:%}로 오른다. 다만 여유가 있어야 한다: 은닉 유닛이 둘이면 {corners}개 중 {relu 2-2-2}개만 XOR의 꼭짓점을 배우고, 여덟이면 {relu 2-8-2}개가 배운다.",
  },
});

export const nonlinearImages = paired({
  en: {
    title: "Non-linear classifies better: images",
    statement: "With a non-linear activation a network classifies better than a linear one.",
    method: "784-[64]x2-10 on {rows} images, SGD, each activation at its own learning rate.",
    look: "Look at the verdict: identity falls behind, the others lie close together.",
    testOf: "{name}, test",
    trainOf: "{name}, training",
    gain: "worst non-linear minus linear, test",
    test: "test",
    train: "training",
    caption: "Accuracy on test images and on the training images. Mark: reference, on Fashion-MNIST.",
    verdict:
      "With any of the three, two hidden layers gain at least {points:1} points of test accuracy over the linear network. On images that is modest: a linear map already gets most of what there is to get.",
  },
  ko: {
    title: "비선형이 더 잘 분류한다: 이미지",
    statement: "비선형 활성화 함수를 쓰면 선형보다 더 잘 분류한다.",
    method: "784-[64]x2-10을 이미지 {rows}장에서 활성화 함수마다 알맞은 학습률의 SGD로 학습한다.",
    look: "판정을 보라: identity가 뒤처지고 나머지는 서로 가깝다.",
    testOf: "{name}, 시험",
    trainOf: "{name}, 훈련",
    gain: "가장 낮은 비선형 빼기 선형, 시험",
    test: "시험",
    train: "훈련",
    caption: "시험 이미지와 훈련 이미지의 정확도. 표시는 Fashion-MNIST의 참조 결과.",
    verdict:
      "은닉층 둘에 세 함수 가운데 무엇을 써도 선형보다 시험 정확도가 적어도 {points:1} 포인트 높다. 이미지에서는 크지 않은 차이다: 대부분은 선형 사상으로도 얻어진다.",
  },
});

export const softmaxLinear = paired({
  en: {
    title: "Softmax bends nothing",
    statement: "Softmax at the output makes a linear model non-linear.",
    method:
      "A linear model trained with cross entropy on four sets of points in the plane; its class is read before and after the softmax.",
    same: "same class before and after softmax",
    accuracyOf: "accuracy of linear + softmax, {name}",
    changed: "Some points changed their class.",
    caption: "Accuracy of a linear model with softmax on sets that no line separates. Mark: reference.",
    verdict:
      "Softmax keeps the order of its inputs, so the class is the same before and after, and the boundaries stay lines. A linear model with softmax does no better than a line.",
  },
  ko: {
    title: "softmax는 경계를 구부리지 않는다",
    statement: "출력의 softmax가 선형 모델을 비선형으로 만든다.",
    method:
      "평면의 네 점 집합에서 교차 엔트로피로 선형 모델을 학습하고, softmax 앞과 뒤에서 각각 클래스를 읽는다.",
    same: "softmax 앞뒤의 클래스가 같은 비율",
    accuracyOf: "선형 + softmax의 정확도, {name}",
    changed: "일부 점의 클래스가 달라졌다.",
    caption: "직선으로 나눌 수 없는 집합에서 softmax를 단 선형 모델의 정확도. 표시는 참조 결과.",
    verdict:
      "softmax는 입력의 순서를 바꾸지 않으므로 앞뒤의 클래스가 같고 경계는 여전히 직선이다. softmax를 단 선형 모델도 직선 하나의 한계를 넘지 못한다.",
  },
});
