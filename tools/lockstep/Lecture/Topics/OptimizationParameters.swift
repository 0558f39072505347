import ArgumentParser
import Lecture

// What can be turned in part A.

/// A1.
struct GradientParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Weights w₁,w₂ at which the gradient is taken.")
  var w = NumberList(GradientTopic().w)

  @Option(
    parsing: .unconditional,
    help: "Direction d of the approximation: its angle to the axis of w₁, in degrees.")
  var angle = GradientTopic().angle

  var topic: GradientTopic {
    var topic = GradientTopic()
    topic.w = w.values
    topic.angle = angle
    return topic
  }
}

/// A2.
struct LeastSquaresParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Number of samples N.")
  var samples = LeastSquaresTopic().sampleCount

  @Option(
    parsing: .unconditional, help: "Standard deviation of the samples' distances to the line.")
  var noise = LeastSquaresTopic().noise

  var topic: LeastSquaresTopic {
    var topic = LeastSquaresTopic()
    topic.sampleCount = samples
    topic.noise = noise
    return topic
  }
}

/// A3.
struct DescentParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Learning rates η, in units of 1/λ_max.")
  var learningRate = NumberList(DescentTopic().learningRates)

  var topic: DescentTopic {
    var topic = DescentTopic()
    topic.learningRates = learningRate.values
    return topic
  }
}

/// A4.
struct StepSizeParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Learning rate η₀ of the schedules.")
  var learningRate = StepSizeTopic().learningRate

  @Option(
    parsing: .unconditional, help: "Learning rate with which every step of backtracking starts.")
  var startRate = StepSizeTopic().startRate

  var topic: StepSizeTopic {
    var topic = StepSizeTopic()
    topic.learningRate = learningRate
    topic.startRate = startRate
    return topic
  }
}

/// A5.
struct ConvergenceParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Norm of the gradient below which descent stops.")
  var gradientNorm = ConvergenceTopic().gradientNorm

  @Option(parsing: .unconditional, help: "Weight decay λ of the function with two minima.")
  var weightDecay = ConvergenceTopic().weightDecay

  var topic: ConvergenceTopic {
    var topic = ConvergenceTopic()
    topic.gradientNorm = gradientNorm
    topic.weightDecay = weightDecay
    return topic
  }
}

/// A6.
struct StochasticParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Mini-batch sizes |S|.")
  var batchSize = WholeNumberList(StochasticTopic().batchSizes)

  @Option(parsing: .unconditional, help: "Number of epochs.")
  var epochs = StochasticTopic().epochs

  var topic: StochasticTopic {
    var topic = StochasticTopic()
    topic.batchSizes = batchSize.values
    topic.epochs = epochs
    return topic
  }
}

/// A7.
struct TwoBasinsParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Mini-batch sizes |S|, powers of 2 up to all 32 samples.")
  var batchSize = WholeNumberList(TwoBasinsTopic().batchSizes)

  @Option(parsing: .unconditional, help: "Learning rate η of the first step.")
  var learningRate = TwoBasinsTopic().learningRate

  var topic: TwoBasinsTopic {
    var topic = TwoBasinsTopic()
    topic.batchSizes = batchSize.values
    topic.learningRate = learningRate
    return topic
  }
}

/// A8.
struct DataParallelParameters: TopicParameters {
  @Option(parsing: .unconditional, help: "Mini-batch size n.")
  var batchSize = DataParallelTopic().batchSize

  @Option(parsing: .unconditional, help: "Number of shards.")
  var shards = DataParallelTopic().shardCount

  @Option(
    parsing: .unconditional, help: "Numbers of workers whose steps are timed, from 1 upwards.")
  var workerCounts = WholeNumberList(DataParallelTopic().workerCounts)

  var topic: DataParallelTopic {
    var topic = DataParallelTopic()
    topic.batchSize = batchSize
    topic.shardCount = shards
    topic.workerCounts = workerCounts.values
    return topic
  }
}
