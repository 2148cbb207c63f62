/** What the statements on width, space and filters say. */
import { paired } from "../texts.ts";

export const smallFilters = paired({
  en: {
    title: "Two small filters or one large",
    statement: "Small filters in more layers need fewer operations for the same accuracy.",
    method:
      "A convolutional network of 16 channels on images of 14 x 14, with one convolution of 5 x 5 or two of 3 x 3, which see the same 5 x 5 pixels; relu, SGD with momentum.",
    one: "one 5 x 5",
    two: "two 3 x 3",
    macsOf: "multiply-adds per image, {label}",
    testOf: "test accuracy, {label}",
    difference: "test accuracy, two 3 x 3 minus one 5 x 5",
    macs: "multiply-adds",
    alike: "a difference within the noise of the seeds",
    less: "which is less",
    caption: "First: work for one image. Second: test accuracy, range over seeds; mark: reference.",
    verdict:
      "Two 3 x 3 convolutions take {part:%} of the operations of one 5 x 5. Test accuracy is {two 3x3:%1} against {one 5x5:%1}, {how}.",
  },
  ko: {
    title: "작은 필터 둘과 큰 필터 하나",
    statement: "작은 필터를 여러 층 쌓으면 더 적은 연산으로 같은 정확도를 낸다.",
    method:
      "14 x 14 이미지의 16채널 합성곱 신경망에 5 x 5 합성곱 하나, 또는 똑같이 5 x 5 픽셀을 보는 3 x 3 합성곱 둘을 넣는다. relu, 모멘텀 SGD.",
    one: "5 x 5 하나",
    two: "3 x 3 둘",
    macsOf: "이미지당 곱셈-덧셈, {label}",
    testOf: "시험 정확도, {label}",
    difference: "시험 정확도, 3 x 3 둘 빼기 5 x 5 하나",
    macs: "곱셈-덧셈",
    alike: "시드에 따른 차이 안에 있다",
    less: "더 낮다",
    caption: "첫째: 이미지 한 장에 드는 연산. 둘째: 시험 정확도와 시드의 최소·최대, 표시는 참조 결과.",
    verdict:
      "3 x 3 합성곱 둘의 연산은 5 x 5 하나의 {part:%}이다. 시험 정확도는 {two 3x3:%1} 대 {one 5x5:%1}로, {how}.",
  },
});

export const circlesWidth = paired({
  en: {
    title: "A disc in a ring needs three units",
    statement:
      "Hidden layers bend space until a line separates the classes. A disc inside a ring needs a layer of three units.",
    method:
      "400 points, full batch, Adam; {seeds} seeds as replicas of one recorded step. A network has solved it when it gets {solved:%} right.",
    notes: [
      "No network of width 2 can: while each layer maps the plane one-to-one onto a bent plane, the boundary is not a closed curve at any depth (Olah 2014). At width 3 only tanh is trained: its units close the curve smoothly.",
    ],
    look: "Look at the surfaces: with two hidden units no boundary closes around the disc. Add a third unit.",
    accuracy: "accuracy, %",
    solvedOf: "{label}: solved of {seeds}",
    seed: "seed, from worst to best",
    caption: "Accuracy of each of {seeds} seeds: no network of width 2 gets around the disc.",
    verdict:
      "Two units a layer never separate the disc from the ring, whatever the depth and the activation. Three units in one layer do: it takes a third dimension to lift the disc out of the ring.",
  },
  ko: {
    title: "고리 속 원판은 유닛 셋이 필요하다",
    statement:
      "은닉층은 직선으로 나뉠 때까지 공간을 구부린다. 고리 속 원판을 나누려면 유닛이 셋인 층이 필요하다.",
    method:
      "점 400개, 전체 배치, Adam. {seeds}개의 시드를 한 번에 기록된 계산의 복제본으로 돌린다. {solved:%}를 맞히면 해결로 친다.",
    notes: [
      "너비 2로는 안 된다: 각 층이 평면을 평면으로 구부려 옮기는 한, 아무리 깊어도 경계는 닫힌곡선이 되지 못한다(Olah 2014). 너비 3은 경계를 매끄럽게 닫는 tanh만 학습한다.",
    ],
    look: "경계를 보라: 은닉 유닛이 둘이면 원판을 두르지 못한다. 유닛을 하나 더해 보라.",
    accuracy: "정확도, %",
    solvedOf: "{label}: {seeds}개 중 해결",
    seed: "시드, 나쁜 것부터",
    caption: "시드 {seeds}개 각각의 정확도: 너비 2인 신경망은 원판을 둘러싸지 못한다.",
    verdict:
      "층마다 유닛이 둘이면 깊이와 활성화 함수에 상관없이 원판과 고리를 나누지 못하고, 한 층에 셋이면 나눈다. 원판을 고리에서 들어 올리려면 셋째 차원이 필요하다.",
  },
});

export const spaceProbes = paired({
  en: {
    title: "Layer by layer, a line comes to suffice",
    statement: "Hidden layers warp space so that a line can separate the classes.",
    method:
      "A logistic regression on the input and on each hidden layer of a trained network: 2-8-8-2 with relu on three sets of points (by a probe on the GPU), 784-[64]x3-10 on images.",
    linear: "circles, h2 of a linear network",
    curves: "curves, tanh 2-2-2: accuracy",
    imagesOf: "images, {label}: test accuracy",
    imagesLinear: "images, h3 of a linear network",
    gain: "images, h3 minus input",
    places: "input = 0, hidden layers 1 and 2",
    line: "accuracy of a line",
    probed: "test accuracy of a linear probe, images",
    linearH3: "linear, h3",
    caption:
      "How well a line separates the classes at each layer: accuracy of a logistic regression. Mark: reference.",
    verdict:
      "A line gets {circles input:%} of the circles right at the input and {circles h2:%} after two layers; a linear network changes nothing. Progress need not be steady: on spirals the first layer ({spirals h1:%}) may be no better than the input ({spirals input:%}).",
  },
  ko: {
    title: "층을 지날수록 직선으로 충분해진다",
    statement: "은닉층은 직선으로 나눌 수 있도록 공간을 구부린다.",
    method:
      "학습한 신경망의 입력과 은닉층마다 로지스틱 회귀를 학습한다: 세 점 집합의 relu 2-8-8-2(GPU의 탐침으로)와 이미지의 784-[64]x3-10.",
    linear: "circles, 선형 신경망의 h2",
    curves: "curves, tanh 2-2-2: 정확도",
    imagesOf: "이미지, {label}: 시험 정확도",
    imagesLinear: "이미지, 선형 신경망의 h3",
    gain: "이미지, h3 빼기 입력",
    places: "입력 = 0, 은닉층 1과 2",
    line: "직선의 정확도",
    probed: "이미지에서 선형 탐침의 시험 정확도",
    linearH3: "선형, h3",
    caption: "각 층에서 직선 하나로 얻는 것: 로지스틱 회귀의 정확도. 표시는 참조 결과.",
    verdict:
      "직선은 입력에서 원의 {circles input:%}를, 두 층 뒤에서는 {circles h2:%}를 맞힌다. 선형 신경망은 아무것도 바꾸지 않는다. 길이 곧지만은 않다: 나선에서는 첫 층({spirals h1:%})이 입력({spirals input:%})보다 낫지 않을 수 있다.",
  },
});

export const learnedFilters = paired({
  en: {
    title: "Filters start random and are learned",
    statement: "A convolution's filters start as random numbers, and training shapes them.",
    method:
      "A convolutional network of 16 and 32 channels on images of 14 x 14, trained whole, and with its filters frozen at their random start, so that only the last layer learns.",
    notes: [
      "The filters move further here than in the reference: at this learning rate some seeds overshoot in the first steps, which moves their filters far and kills maps (see the statement on swapped activations).",
    ],
    filter: "filter",
    learnedFilters: "learned filters",
    randomFilters: "random filters",
    testOf: "test accuracy, {label}",
    gain: "learned minus random",
    change: "change of the first layer's filters, relative to their norm",
    frozen: "change of the frozen filters",
    before: "before training",
    after: "learned",
    weight: "weight of the filter",
    caption:
      "First: test accuracy, mark: reference. Second: eight filters of the first layer, one per row, before and after training.",
    verdict:
      "Training moves the filters by {change:%} of their norm and reaches {learned:%1}; frozen random filters reach {random:%1}. So filters are learned, and random ones get surprisingly far.",
  },
  ko: {
    title: "필터는 무작위에서 시작해 학습된다",
    statement: "합성곱 필터는 무작위 수에서 시작하고 학습으로 완성된다.",
    method:
      "14 x 14 이미지에서 채널 16과 32의 합성곱 신경망을 통째로 학습한 것과, 필터는 처음 그대로 두고 마지막 층만 학습한 것.",
    notes: [
      "필터가 참조 결과보다 많이 움직인다. 이 학습률에서는 첫 단계들에서 지나치게 뛰는 시드가 있어 필터가 멀리 가고 맵이 죽는다(잘려 나가는 맵의 실험 참고).",
    ],
    filter: "필터",
    learnedFilters: "학습한 필터",
    randomFilters: "무작위 필터",
    testOf: "시험 정확도, {label}",
    gain: "학습한 필터 빼기 무작위 필터",
    change: "첫 층 필터의 변화, 처음 길이에 대해",
    frozen: "고정한 필터의 변화",
    before: "학습 전",
    after: "학습 후",
    weight: "필터의 가중치",
    caption:
      "첫째: 시험 정확도, 표시는 참조 결과. 다음: 첫 층의 필터 여덟 개를 한 줄에 하나씩, 학습 전과 후.",
    verdict:
      "학습은 필터를 처음 길이의 {change:%}만큼 옮기고, 무작위로 둔 필터의 {random:%1}에 견주어 {learned:%1}에 이른다. 필터는 학습되며, 무작위 필터만으로도 꽤 멀리 간다.",
  },
});

export const targetMaps = paired({
  en: {
    title: "Maps depend on the target",
    statement: "The feature maps that a network learns depend on what it has to distinguish.",
    method:
      "From the same weights, a convolutional network of 16 and 32 channels learns the ten classes; whether the class is odd; and the ten classes again, from images in another order. How similar are the directions in which the filters moved (cosine), and how similarly do the last maps represent {looked} images (CKA)?",
    notes: [
      "The cosine depends on the size of the starting weights: 0.18 from U(±1/√fan-in), 0.6 from He's, which overshoot in the same way in the first steps at this learning rate, whatever the target. The reference's 0.41 lies between. Either way, other targets lead in another direction.",
      "CKA: Kornblith, Norouzi, Lee, Hinton 2019.",
    ],
    parity: "other targets",
    order: "same targets, other order",
    cosineOf: "cosine of the filters' directions, {label}",
    ckaOf: "CKA of the last maps, {label}",
    difference: "cosine, other order minus other targets",
    cosine: "cosine of the filters' directions",
    cka: "CKA of the last maps",
    blind: "cannot tell the two apart",
    sees: "tells the two apart as well",
    caption:
      "Compared with a network that learned the ten classes from the same start. First: the direction in which the filters moved. Second: what the maps represent. Mark: reference.",
    verdict:
      "With other targets the filters move in another direction (cosine {cosine parity:2}); with the same targets in another order, in nearly the same one ({cosine order:2}). CKA {tells}: {cka parity:2} and {cka order:2}.",
  },
  ko: {
    title: "맵은 목표에 달려 있다",
    statement: "어떤 맵을 배우는지는 무엇을 구별해야 하는지에 달려 있다.",
    method:
      "같은 가중치에서 출발해, 채널 16과 32의 합성곱 신경망이 열 클래스를, 클래스가 홀수인지를, 그리고 다른 순서의 이미지로 다시 열 클래스를 배운다. 필터가 움직인 방향이 얼마나 같은가, 마지막 맵이 이미지 {looked}장에 대해 말하는 것(CKA)은 얼마나 같은가?",
    notes: [
      "코사인은 시작 가중치의 크기에 달려 있다: U(±1/√fan-in)에서는 0.18, He에서는 0.6이다. He는 이 학습률에서 목표와 상관없이 첫 단계들에서 똑같이 지나치게 뛴다. 참조값 0.41은 그 사이이며, 목표가 다르면 다른 쪽으로 간다는 것은 둘 다에서 성립한다.",
      "CKA: Kornblith, Norouzi, Lee, Hinton 2019.",
    ],
    parity: "다른 목표",
    order: "같은 목표, 다른 순서",
    cosineOf: "필터 이동의 코사인, {label}",
    ckaOf: "마지막 맵의 CKA, {label}",
    difference: "코사인, 다른 순서 빼기 다른 목표",
    cosine: "필터 이동의 코사인",
    cka: "마지막 맵의 CKA",
    blind: "구별할 수 없다",
    sees: "역시 구별할 수 있다",
    caption:
      "같은 출발점에서 열 클래스를 배운 신경망과의 비교. 첫째: 필터가 움직인 방향, 둘째: 맵이 말하는 것. 표시는 참조 결과.",
    verdict:
      "목표가 다르면 필터는 다른 길로 가고(코사인 {cosine parity:2}), 목표가 같으면 순서가 달라도 거의 같은 길로 간다({cosine order:2}). CKA로는 둘을 {tells}: {cka parity:2}와 {cka order:2}.",
  },
});
