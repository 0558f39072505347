import Lecture
import Networks
import Testing

/// Parts B and C with other parameters than those of the course.
@Suite struct NetworkParameterTests {
  /// Shown with parameters: claims, and what is left out.
  private func expect(
    _ topic: some Topic, claims: Int, leftOut: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(topic.validationError == nil, sourceLocation: sourceLocation)
    let shown = try topic.demonstrate(in: classroom())
    for claim in shown.claims {
      #expect(
        claim.holds, "\(claim.statement): \(claim.found)", sourceLocation: sourceLocation)
    }
    #expect(shown.claims.count == claims, sourceLocation: sourceLocation)
    #expect(shown.leftOut.count == leftOut, sourceLocation: sourceLocation)
    #expect(shown.leftOut.allSatisfy { !$0.reason.isEmpty }, sourceLocation: sourceLocation)
  }

  private func changed<T: Topic>(_ change: (inout T) -> Void) -> T {
    var topic = T()
    change(&topic)
    return topic
  }

  @Test func `few epochs leave out what takes more`() throws {
    try expect(changed { (topic: inout NotTopic) in topic.epochs = 3 }, claims: 2, leftOut: 1)
    try expect(changed { (topic: inout LinearXORTopic) in topic.epochs = 1 }, claims: 5, leftOut: 0)
    try expect(
      changed { (topic: inout XORFeaturesTopic) in topic.epochs = 20 }, claims: 2, leftOut: 1)
    try expect(changed { (topic: inout UnitTopic) in topic.epochs = 5 }, claims: 2, leftOut: 1)
    try expect(changed { (topic: inout OutputsTopic) in topic.epochs = 1 }, claims: 5, leftOut: 3)
    try expect(changed { (topic: inout FeaturesTopic) in topic.epochs = 1 }, claims: 2, leftOut: 3)
    try expect(
      changed { (topic: inout DeepLinearTopic) in topic.epochs = 10 }, claims: 2, leftOut: 2)
    try expect(
      changed { (topic: inout LearnedXORTopic) in topic.epochs = 10 }, claims: 4, leftOut: 4)
  }

  @Test func `a learning rate that may jump over the minimum is no promise`() throws {
    try expect(
      changed { (topic: inout NotTopic) in topic.learningRate = 50 }, claims: 1, leftOut: 2)
  }

  @Test(arguments: [0.005, 0.5])
  func `C1 finds the regression of other penalties`(decay: Double) throws {
    try expect(
      changed { (topic: inout UnitTopic) in (topic.weightDecay, topic.epochs) = (decay, 4000) },
      claims: 3, leftOut: 0)
  }

  @Test func `C2 claims what is drawn`() throws {
    try expect(
      changed { (topic: inout ActivationsTopic) in topic.activations = [.gelu, .tanh] },
      claims: 3, leftOut: 2)
    try expect(
      changed { (topic: inout ActivationsTopic) in topic.activations = [.threshold] },
      claims: 3, leftOut: 3)
  }

  @Test(arguments: [[1], [7, 7, 7, 7], [2, 6, 3]])
  func `C3 composes any layers`(hidden: [Int]) throws {
    try expect(
      changed { (topic: inout LayersTopic) in topic.hidden = hidden }, claims: 4, leftOut: 0)
  }

  @Test func `C6 collapses at any depth`() throws {
    try expect(
      changed { (topic: inout DeepLinearTopic) in topic.hidden = [3, 4, 5, 6] }, claims: 2,
      leftOut: 2)
  }

  @Test func `C7 takes one width, and other activations`() throws {
    try expect(
      changed { (topic: inout ApproximationTopic) in topic.widths = [3] }, claims: 3, leftOut: 2)
    try expect(
      changed { (topic: inout ApproximationTopic) in
        (topic.activations, topic.widths) = ([.tanh, .gelu], [2, 32])
      }, claims: 2, leftOut: 3)
  }

  @Test func `C8 is XOR between its two lines only`() throws {
    try expect(
      changed { (topic: inout HandmadeXORTopic) in topic.thresholds = [0.9, 1.1] }, claims: 3,
      leftOut: 0)
    try expect(
      changed { (topic: inout HandmadeXORTopic) in topic.thresholds = [0.5, 2.5] }, claims: 1,
      leftOut: 2)
  }

  @Test func `C10 takes any degree and penalty`() throws {
    try expect(
      changed { (topic: inout OverfittingTopic) in topic.degree = 3 }, claims: 6, leftOut: 3)
    try expect(
      changed { (topic: inout OverfittingTopic) in topic.weightDecay = 1 }, claims: 8, leftOut: 1)
  }

  @Test func `parameters that make no sense are refused in words`() {
    func refuse<T: Topic>(
      _ change: (inout T) -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let fault = changed(change).validationError
      #expect((fault ?? "").count > 10, sourceLocation: sourceLocation)
    }
    refuse { (topic: inout NotTopic) in topic.epochs = 0 }
    refuse { (topic: inout NotTopic) in topic.learningRate = 0 }
    refuse { (topic: inout LinearXORTopic) in topic.learningRate = 3 }
    refuse { (topic: inout XORFeaturesTopic) in topic.learningRate = 2 }
    refuse { (topic: inout UnitTopic) in topic.weightDecay = -1 }
    refuse { (topic: inout ActivationsTopic) in topic.activations = [] }
    refuse { (topic: inout LayersTopic) in topic.hidden = [8] }
    refuse { (topic: inout OutputsTopic) in topic.hidden = 0 }
    refuse { (topic: inout FeaturesTopic) in topic.hidden = 3 }
    refuse { (topic: inout DeepLinearTopic) in topic.hidden = [] }
    refuse { (topic: inout ApproximationTopic) in topic.activations = [.identity] }
    refuse { (topic: inout ApproximationTopic) in topic.widths = [4, 2] }
    refuse { (topic: inout HandmadeXORTopic) in topic.thresholds = [1] }
    refuse { (topic: inout LearnedXORTopic) in topic.hidden = [2, 2] }
    refuse { (topic: inout OverfittingTopic) in topic.degree = 10 }
  }
}
