/// Part C: neural networks, in the order of the course.
let neuralNetworks: [any Topic.Type] = [
  UnitTopic.self,
  ActivationsTopic.self,
  LayersTopic.self,
  HandmadeXORTopic.self,
  LearnedXORTopic.self,
]
