import ArgumentParser
import Lecture

/// The options of a topic: its parameters in the field's words.
protocol TopicParameters: ParsableArguments {
  associatedtype Topic: Lecture.Topic

  /// The topic with these parameters.
  var topic: Topic { get throws }
}

/// The options of a topic that has none.
struct WithoutParameters<Topic: Lecture.Topic>: TopicParameters {
  var topic: Topic { Topic() }
}

/// A command that runs one topic.
protocol TopicRunning: ParsableCommand {
  /// Computes what the topic shows with the parameters of the command.
  ///
  /// - Throws: `UsageProblem` for parameters that the topic does not take.
  func demonstration(in classroom: Classroom) throws -> Demonstration
}

/// Runs one topic.
struct TopicCommand<Parameters: TopicParameters>: TopicRunning {
  static var configuration: CommandConfiguration {
    typealias T = Parameters.Topic
    return CommandConfiguration(
      commandName: T.name, abstract: "\(T.number): \(T.title)", discussion: T.explanation,
      aliases: [T.number.lowercased()])
  }

  @OptionGroup(title: "Parameters") var parameters: Parameters
  @OptionGroup var options: TopicOptions

  func run() throws {
    try options.show(Parameters.Topic.self, by: demonstration)
  }

  func demonstration(in classroom: Classroom) throws -> Demonstration {
    let topic = try parameters.topic
    if let fault = topic.validationError { throw UsageProblem(fault) }
    return try topic.demonstrate(in: classroom)
  }
}

/// The command of a topic.
func command(of topic: any Topic.Type) -> any TopicRunning.Type {
  func plain<T: Topic>(_ topic: T.Type) -> any TopicRunning.Type {
    TopicCommand<WithoutParameters<T>>.self
  }
  switch topic {
  case is GradientTopic.Type: return TopicCommand<GradientParameters>.self
  case is LeastSquaresTopic.Type: return TopicCommand<LeastSquaresParameters>.self
  case is DescentTopic.Type: return TopicCommand<DescentParameters>.self
  case is StepSizeTopic.Type: return TopicCommand<StepSizeParameters>.self
  case is ConvergenceTopic.Type: return TopicCommand<ConvergenceParameters>.self
  case is StochasticTopic.Type: return TopicCommand<StochasticParameters>.self
  case is TwoBasinsTopic.Type: return TopicCommand<TwoBasinsParameters>.self
  case is DataParallelTopic.Type: return TopicCommand<DataParallelParameters>.self
  case is LogisticLeastSquares.Type: return TopicCommand<LogisticParameters>.self
  case is ChainRule.Type: return TopicCommand<ChainRuleParameters>.self
  case is FanOut.Type: return TopicCommand<FanOutParameters>.self
  case is TwoLayers.Type: return TopicCommand<TwoLayerParameters>.self
  case is BackwardCost.Type: return TopicCommand<CostParameters>.self
  case is ComputationGraph.Type: return GraphCommand.self
  case is NotTopic.Type: return TopicCommand<NotParameters>.self
  case is LinearXORTopic.Type: return TopicCommand<LinearXORParameters>.self
  case is XORFeaturesTopic.Type: return TopicCommand<XORFeaturesParameters>.self
  case is UnitTopic.Type: return TopicCommand<UnitParameters>.self
  case is ActivationsTopic.Type: return TopicCommand<ActivationsParameters>.self
  case is LayersTopic.Type: return TopicCommand<LayersParameters>.self
  case is OutputsTopic.Type: return TopicCommand<OutputsParameters>.self
  case is FeaturesTopic.Type: return TopicCommand<FeaturesParameters>.self
  case is DeepLinearTopic.Type: return TopicCommand<DeepLinearParameters>.self
  case is ApproximationTopic.Type: return TopicCommand<ApproximationParameters>.self
  case is HandmadeXORTopic.Type: return TopicCommand<HandmadeXORParameters>.self
  case is LearnedXORTopic.Type: return TopicCommand<LearnedXORParameters>.self
  case is OverfittingTopic.Type: return TopicCommand<OverfittingParameters>.self
  case is GradientCheck.Type: return GradcheckCommand.self
  default: return plain(topic)
  }
}
