/// Part C: neural networks, in the order of the course.
let neuralNetworks: [any Topic.Type] = [
  UnitTopic.self,
  ActivationsTopic.self,
  LayersTopic.self,
  OutputsTopic.self,
  FeaturesTopic.self,
  DeepLinearTopic.self,
  ApproximationTopic.self,
  HandmadeXORTopic.self,
  LearnedXORTopic.self,
  OverfittingTopic.self,
]
