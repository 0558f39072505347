/// Part B: limits of linear classification, in the order of the course.
let linearLimits: [any Topic.Type] = [
  NotTopic.self,
  LinearXORTopic.self,
  XORFeaturesTopic.self,
]
