/// A part of the course.
public struct CoursePart: Sendable {
  /// The first letter of its topics' numbers.
  public let letter: String
  /// What it is about.
  public let title: String
  /// Its topics in the order of the course.
  public let topics: [any Topic.Type]
}

/// The parts in the order of the course.
public let courseParts = [
  CoursePart(letter: "A", title: "Optimization", topics: optimization),
  CoursePart(letter: "B", title: "Limits of linear classification", topics: linearLimits),
  CoursePart(letter: "C", title: "Neural networks", topics: neuralNetworks),
  CoursePart(letter: "D", title: "Backpropagation", topics: backpropagation),
]

/// All topics in the order of the course.
public let topics = courseParts.flatMap(\.topics)
