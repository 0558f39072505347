import ArgumentParser
import Lecture

/// What can be turned in D1.
struct LogisticParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Weight w.")
  var w = LogisticLeastSquares().w

  @Option(parsing: .unconditional, help: "Input x.")
  var x = LogisticLeastSquares().x

  @Option(parsing: .unconditional, help: "Bias b.")
  var b = LogisticLeastSquares().b

  @Option(parsing: .unconditional, help: "Target t.")
  var t = LogisticLeastSquares().t

  var topic: LogisticLeastSquares {
    var topic = LogisticLeastSquares()
    (topic.w, topic.x, topic.b, topic.t) = (w, x, b, t)
    return topic
  }
}

/// What can be turned in D3.
struct ChainRuleParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Argument t at which f is differentiated.")
  var t = ChainRule().t

  var topic: ChainRule {
    var topic = ChainRule()
    topic.t = t
    return topic
  }
}

/// What can be turned in D4.
struct FanOutParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Weight decay λ, the weight of the L² penalty.")
  var weightDecay = FanOut().weightDecay

  var topic: FanOut {
    var topic = FanOut()
    topic.weightDecay = weightDecay
    return topic
  }
}

/// What can be turned in D5.
struct TwoLayerParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Number of hidden units.")
  var width = TwoLayers().width

  var topic: TwoLayers {
    var topic = TwoLayers()
    topic.width = width
    return topic
  }
}

/// What can be turned in D6.
struct CostParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Units of each layer.")
  var width = BackwardCost().width

  @Option(parsing: .unconditional, help: "Maximum number of layers.")
  var layers = BackwardCost().layers

  var topic: BackwardCost {
    var topic = BackwardCost()
    (topic.width, topic.layers) = (width, layers)
    return topic
  }
}
