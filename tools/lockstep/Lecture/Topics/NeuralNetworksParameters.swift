import ArgumentParser
import Lecture

/// What can be turned in C1.
struct UnitParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Weight decay λ.")
  var weightDecay = UnitTopic().weightDecay

  @Option(parsing: .unconditional, help: "Epochs of training.")
  var epochs = UnitTopic().epochs

  var topic: UnitTopic {
    var topic = UnitTopic()
    topic.weightDecay = weightDecay
    topic.epochs = epochs
    return topic
  }
}

/// What can be turned in C2.
struct ActivationsParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Activation functions to draw.")
  var activation = ActivationList(ActivationsTopic().activations)

  var topic: ActivationsTopic {
    var topic = ActivationsTopic()
    topic.activations = activation.values
    return topic
  }
}

/// What can be turned in C3.
struct LayersParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Widths of the hidden layers.")
  var hidden = WholeNumberList(LayersTopic().hidden)

  var topic: LayersTopic {
    var topic = LayersTopic()
    topic.hidden = hidden.values
    return topic
  }
}

/// What can be turned in C4.
struct OutputsParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Width of the hidden layer.")
  var hidden = OutputsTopic().hidden

  @Option(parsing: .unconditional, help: "Epochs of training.")
  var epochs = OutputsTopic().epochs

  var topic: OutputsTopic {
    var topic = OutputsTopic()
    topic.hidden = hidden
    topic.epochs = epochs
    return topic
  }
}

/// What can be turned in C5.
struct FeaturesParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Number of features: the width of the hidden layer.")
  var hidden = FeaturesTopic().hidden

  @Option(parsing: .unconditional, help: "Epochs of training.")
  var epochs = FeaturesTopic().epochs

  @Option(parsing: .unconditional, help: "Weight decay λ.")
  var weightDecay = FeaturesTopic().weightDecay

  var topic: FeaturesTopic {
    var topic = FeaturesTopic()
    topic.hidden = hidden
    topic.epochs = epochs
    topic.weightDecay = weightDecay
    return topic
  }
}

/// What can be turned in C6.
struct DeepLinearParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Widths of the hidden layers.")
  var hidden = WholeNumberList(DeepLinearTopic().hidden)

  @Option(parsing: .unconditional, help: "Epochs of training.")
  var epochs = DeepLinearTopic().epochs

  var topic: DeepLinearTopic {
    var topic = DeepLinearTopic()
    topic.hidden = hidden.values
    topic.epochs = epochs
    return topic
  }
}

/// What can be turned in C7.
struct ApproximationParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Activation functions of the hidden layer.")
  var activation = ActivationList(ApproximationTopic().activations)

  @Option(parsing: .unconditional, help: "Widths of the hidden layer.")
  var width = WholeNumberList(ApproximationTopic().widths)

  var topic: ApproximationTopic {
    var topic = ApproximationTopic()
    topic.activations = activation.values
    topic.widths = width.values
    return topic
  }
}

/// What can be turned in C8.
struct HandmadeXORParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "What x₁ + x₂ has to exceed for h₁ and for h₂.")
  var thresholds = NumberList(HandmadeXORTopic().thresholds)

  var topic: HandmadeXORTopic {
    var topic = HandmadeXORTopic()
    topic.thresholds = thresholds.values
    return topic
  }
}

/// What can be turned in C9.
struct LearnedXORParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Epochs of training.")
  var epochs = LearnedXORTopic().epochs

  @Option(parsing: .unconditional, help: "Learning rate η.")
  var learningRate = LearnedXORTopic().learningRate

  @Option(parsing: .unconditional, help: "Numbers of hidden units to try.")
  var hidden = WholeNumberList(LearnedXORTopic().hidden)

  var topic: LearnedXORTopic {
    var topic = LearnedXORTopic()
    topic.epochs = epochs
    topic.learningRate = learningRate
    topic.hidden = hidden.values
    return topic
  }
}

/// What can be turned in C10.
struct OverfittingParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Degree of the polynomial.")
  var degree = OverfittingTopic().degree

  @Option(parsing: .unconditional, help: "Weight decay λ of the network.")
  var weightDecay = OverfittingTopic().weightDecay

  var topic: OverfittingTopic {
    var topic = OverfittingTopic()
    topic.degree = degree
    topic.weightDecay = weightDecay
    return topic
  }
}
