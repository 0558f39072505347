import ArgumentParser
import Lecture

/// What can be turned in A3.
struct DescentParameters: TopicParameters {
  @Option(help: "Learning rates η, in units of 1/λ_max.")
  var learningRate = NumberList(DescentTopic().learningRates)

  var topic: DescentTopic {
    var topic = DescentTopic()
    topic.learningRates = learningRate.values
    return topic
  }
}
