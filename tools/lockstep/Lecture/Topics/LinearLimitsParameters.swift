import ArgumentParser
import Lecture

/// What can be turned in B1.
struct NotParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Epochs of training.")
  var epochs = NotTopic().epochs

  @Option(parsing: .unconditional, help: "Learning rate η.")
  var learningRate = NotTopic().learningRate

  var topic: NotTopic {
    var topic = NotTopic()
    topic.epochs = epochs
    topic.learningRate = learningRate
    return topic
  }
}

/// What can be turned in B2.
struct LinearXORParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Epochs of training.")
  var epochs = LinearXORTopic().epochs

  @Option(parsing: .unconditional, help: "Learning rate η.")
  var learningRate = LinearXORTopic().learningRate

  var topic: LinearXORTopic {
    var topic = LinearXORTopic()
    topic.epochs = epochs
    topic.learningRate = learningRate
    return topic
  }
}

/// What can be turned in B3.
struct XORFeaturesParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Epochs of training.")
  var epochs = XORFeaturesTopic().epochs

  @Option(parsing: .unconditional, help: "Learning rate η.")
  var learningRate = XORFeaturesTopic().learningRate

  var topic: XORFeaturesTopic {
    var topic = XORFeaturesTopic()
    topic.epochs = epochs
    topic.learningRate = learningRate
    return topic
  }
}
