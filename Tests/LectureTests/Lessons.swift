import Digits
import Graphs
import Lecture
import Networks
import Pictures
import Testing
import TestSupport
import Training

// What the tests of topics share: a classroom, and what a topic showed in it.

/// A classroom with the embedded digits, whose clock is no clock: whoever looks at it three times in
/// turn, as the measurement of two passes does, finds that the second takes 1.7 times the first.
func classroom(
  seed: UInt64 = 1, workers: Int = 1, backwardSeconds: Double = 1.7
) -> Classroom {
  var seconds = 0.0
  var looks = 0
  return Classroom(
    seed: seed, workers: workers,
    elapsedSeconds: {
      defer {
        seconds += [1, backwardSeconds, 0.3][looks % 3]
        looks += 1
      }
      return seconds
    }, digits: classroomDigits)
}

/// MNIST-5k as a classroom has it.
func classroomDigits() throws -> Classroom.Digits {
  let digits = try embeddedDigits()
  func samples(_ set: DigitSet) -> SampleSet {
    SampleSet(
      images: set.images, labels: set.labels, imageSize: set.imageSize,
      classCount: digits.classCount)
  }
  return Classroom.Digits(train: samples(digits.train), test: samples(digits.test))
}

/// What a topic showed, as values that tests can share.
struct Lesson: Sendable {
  /// A node of a computation graph.
  struct Value: Sendable {
    let name: String
    let value: RealMatrix
    let errorSignal: RealMatrix
  }

  let claims: [Claim]
  let texts: [String]
  let tables: [NumberTable]
  let graphs: [[Value]]
  /// What `--plot` writes, where it is made of plots.
  let figure: Figure?
  /// What `--plot` writes.
  let drawing: Drawing

  init(_ demonstration: Demonstration) {
    claims = demonstration.claims
    texts = demonstration.parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
    tables = demonstration.parts.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
    graphs = demonstration.parts.compactMap {
      guard case .graph(let graph) = $0 else { return nil }
      return graph.nodes.map {
        Value(name: $0.name, value: $0.value, errorSignal: $0.errorSignal)
      }
    }
    switch demonstration.illustration {
    case .figure(let figure):
      self.figure = figure
      drawing = figure.drawing()
    case .drawing(let drawing):
      figure = nil
      self.drawing = drawing
    }
  }

  /// All that can be read, every number with all of its digits.
  var text: String { "\(claims)\n\(texts)\n\(tables)\n\(graphs)" }

  /// The table whose title begins so.
  func table(_ beginning: String) throws -> NumberTable {
    try #require(tables.first { $0.title.hasPrefix(beginning) }, "\(tables.map(\.title))")
  }

  /// The first node of a name.
  func node(_ name: String, ofGraph graph: Int = 0) throws -> Value {
    try #require(graphs[graph].first { $0.name == name }, "\(graphs[graph].map(\.name))")
  }

  /// The claim whose statement begins so.
  func claim(_ beginning: String) throws -> Claim {
    try #require(claims.first { $0.statement.hasPrefix(beginning) })
  }

  /// The points of a series by its name and the number of its plot.
  func points(_ name: String, ofPlot plot: Int = 0) throws -> [Series.Point] {
    let figure = try #require(figure)
    return try #require(figure.plots[plot].series.first { $0.name == name }?.points)
  }
}

/// The lesson of a topic, which is only held once for each seed.
func lesson(_ number: String, seed: UInt64 = 1) async throws -> Lesson {
  try await lessons.lesson(number, seed: seed)
}

private let lessons = Lessons()

private actor Lessons {
  private struct Key: Hashable {
    let number: String
    let seed: UInt64
  }

  private var held: [Key: Task<Lesson, any Error>] = [:]

  func lesson(_ number: String, seed: UInt64) async throws -> Lesson {
    let key = Key(number: number, seed: seed)
    let task =
      held[key]
      ?? Task.detached {
        let topic = try #require(topics.first { $0.number == number })
        return Lesson(try topic.init().demonstrate(in: classroom(seed: seed)))
      }
    held[key] = task
    return try await task.value
  }
}

extension Drawing {
  /// All words, in the order in which they are drawn.
  var words: [String] {
    marks.compactMap { mark in if case .text(let text, _, _, _, _, _) = mark { text } else { nil } }
  }
}

extension NumberTable {
  /// The numbers of a column.
  func column(_ name: String) throws -> [Double] {
    let index = try #require(columns.firstIndex(of: name), "\(columns)")
    return try rows.map { try #require($0[index].number, "\($0[index])") }
  }

  /// The words of a column.
  func words(_ name: String) throws -> [String] {
    let index = try #require(columns.firstIndex(of: name), "\(columns)")
    return try rows.map { try #require($0[index].words, "\($0[index])") }
  }
}

extension NumberTable.Cell {
  var number: Double? {
    switch self {
    case .text: nil
    case .whole(let value): Double(value)
    case .number(let value, _): value
    }
  }

  var words: String? { if case .text(let words) = self { words } else { nil } }
}

extension Parameters {
  /// All values in the order of `tensors`: each layer's weights [outputs × inputs], then its biases.
  var doubles: [Double] { tensors().flatMap { $0.values.map { Double($0) } } }
}
