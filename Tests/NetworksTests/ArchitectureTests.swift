import Networks
import Testing

@Suite struct ArchitectureTests {
  typealias Layer = Architecture.Layer

  @Test func `counts are those of the lecture`() {
    let architecture = Architecture(inputs: 784, hidden: [128], outputs: 10)
    #expect(architecture.weightCount == 784 * 128 + 128 * 10)
    #expect(architecture.parameterCount == 785 * 128 + 129 * 10)
    #expect(architecture.multiplyAddsPerSample == 2 * 784 * 128 + 3 * 128 * 10)
    #expect(architecture.description == "784-128-10")
    #expect(architecture.outputs == 10)
    #expect([0, 1].map { architecture.inputs(ofLayer: $0) } == [784, 128])
  }

  @Test func `a linear model has one layer`() {
    let architecture = Architecture(inputs: 3, hidden: [], outputs: 2)
    #expect(architecture.layers == [Layer(outputs: 2, activation: .identity)])
    #expect(architecture.weightCount == 6 && architecture.parameterCount == 8)
    #expect(architecture.multiplyAddsPerSample == 2 * 6)
    #expect("\(architecture)" == "3-2")
  }

  @Test func `hidden layers share an activation`() {
    let architecture = Architecture(
      inputs: 4, hidden: [5, 6], activation: .tanh, outputs: 2, outputActivation: .logistic,
      loss: .squaredError)
    #expect(architecture.layers.map(\.activation) == [.tanh, .tanh, .logistic])
    #expect(architecture.layers.map(\.outputs) == [5, 6, 2])
    #expect(
      architecture
        == Architecture(inputs: 4, layers: architecture.layers, loss: .squaredError))
  }

  @Test(arguments: [
    (Loss.softmaxCrossEntropy, 1, 1), (.logisticCrossEntropy, 1, 2), (.squaredError, 1, 2),
    (.softmaxCrossEntropy, 2, 2), (.logisticCrossEntropy, 3, 3), (.squaredError, 10, 10),
  ])
  func `one output tells two classes apart, unless it is a softmax`(
    loss: Loss, outputs: Int, classes: Int
  ) {
    let architecture = Architecture(inputs: 4, hidden: [], outputs: outputs, loss: loss)
    #expect(architecture.classCount == classes)
    #expect(Model(parameters: Parameters(architecture)).classCount == classes)
  }

  @Test(arguments: Loss.allCases, Activation.allCases)
  func `a loss that takes logits wants the identity`(loss: Loss, activation: Activation) {
    let fault = Architecture.validationError(
      inputs: 4, layers: [Layer(outputs: 3, activation: activation)], loss: loss)
    guard loss.takesLogits && activation != .identity else {
      #expect(fault == nil)
      return
    }
    #expect(
      fault == "\(loss.rawValue) takes logits, so the output activation is identity, "
        + "not \(activation.rawValue)")
    // Hidden layers are free.
    let layers = [
      Layer(outputs: 3, activation: activation), Layer(outputs: 2, activation: .identity),
    ]
    #expect(Architecture.validationError(inputs: 4, layers: layers, loss: loss) == nil)
  }

  @Test func `a network has a layer`() {
    #expect(
      Architecture.validationError(inputs: 4, layers: [], loss: .squaredError)
        == "a network needs at least one layer")
  }

  @Test(arguments: [0, -1, .min, Architecture.widthLimit + 1, .max])
  func `widths have limits`(width: Int) {
    let fault = "a width of \(width) is not in 1…1048576"
    let one = Layer(outputs: 1, activation: .identity)
    let wrong = Layer(outputs: width, activation: .identity)
    for (inputs, layers) in [(width, [one]), (1, [wrong]), (1, [one, wrong, one])] {
      #expect(
        Architecture.validationError(inputs: inputs, layers: layers, loss: .squaredError) == fault)
    }
  }

  @Test func `the widest network of a few parameters is sound`() {
    let limit = Architecture.widthLimit
    let layers = [1, limit, 1].map { Layer(outputs: $0, activation: .identity) }
    #expect(Architecture.validationError(inputs: limit, layers: layers, loss: .squaredError) == nil)
  }

  @Test func `parameters have a limit`() {
    // (2^15 − 1 + 1) × 2^15 is the limit itself.
    let layer = Layer(outputs: 1 << 15, activation: .identity)
    let limit = Architecture.parameterLimit
    #expect(limit == 1 << 30)
    #expect(
      Architecture.validationError(inputs: (1 << 15) - 1, layers: [layer], loss: .squaredError)
        == nil)
    #expect(
      Architecture.validationError(inputs: 1 << 15, layers: [layer], loss: .squaredError)
        == "\(limit + 1 << 15) parameters are more than \(limit)")
    let wide = Layer(outputs: Architecture.widthLimit, activation: .identity)
    let layers = [Layer](repeating: wide, count: 1000)
    let fault = Architecture.validationError(
      inputs: wide.outputs, layers: layers, loss: .squaredError)
    #expect(fault?.hasSuffix("are more than \(limit)") == true)
  }

  @Test func `a faulty architecture is the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = Architecture(inputs: 0, hidden: [], outputs: 1)
    }
  }

  /// They stand in model files.
  @Test func `the names of losses and activations never change`() {
    #expect(
      Loss.allCases.map(\.rawValue) == [
        "softmaxCrossEntropy", "logisticCrossEntropy", "squaredError",
      ])
    #expect(
      Activation.allCases.map(\.rawValue) == [
        "identity", "relu", "softplus", "threshold", "logistic", "tanh", "gelu",
      ])
    #expect(Loss.allCases.map(\.takesLogits) == [true, true, false])
  }
}
