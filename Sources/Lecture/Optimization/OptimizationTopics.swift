/// Part A: optimization, in the order of the course.
let optimization: [any Topic.Type] = [
  GradientTopic.self,
  LeastSquaresTopic.self,
  DescentTopic.self,
  StepSizeTopic.self,
  ConvergenceTopic.self,
  StochasticTopic.self,
  TwoBasinsTopic.self,
  DataParallelTopic.self,
]
