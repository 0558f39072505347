/// Part D: backpropagation, in the order of the course.
let backpropagation: [any Topic.Type] = [
  LogisticLeastSquares.self,
  ComputationGraph.self,
  ChainRule.self,
  FanOut.self,
  TwoLayers.self,
  BackwardCost.self,
  GradientCheck.self,
]
