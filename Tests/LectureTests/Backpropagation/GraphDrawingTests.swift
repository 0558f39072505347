import Foundation
import Graphs
import Lecture
import Pictures
import Testing

/// The pictures of the topics that show a graph.
@Suite struct GraphDrawingTests {
  /// An upright rectangle.
  private struct Area {
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>

    func overlaps(_ other: Area) -> Bool { x.overlaps(other.x) && y.overlaps(other.y) }
    func contains(_ place: Drawing.Place) -> Bool { x.contains(place.x) && y.contains(place.y) }
  }

  private func boxes(_ drawing: Drawing) -> [Area] {
    drawing.marks.compactMap { mark in
      guard case .area(let corners, _) = mark, corners.count == 4 else { return nil }
      return Area(x: corners[0].x...corners[2].x, y: corners[0].y...corners[2].y)
    }
  }

  private func heads(_ drawing: Drawing) -> [[Drawing.Place]] {
    drawing.marks.compactMap { mark in
      if case .area(let corners, _) = mark, corners.count == 3 { corners } else { nil }
    }
  }

  /// The slopes: words in the middle of their place, smaller than all others.
  private func labels(_ drawing: Drawing) -> [(text: String, area: Area)] {
    drawing.marks.compactMap { mark in
      guard case .text(let text, let place, 12, _, .middle, _) = mark else { return nil }
      let half = Drawing.width(of: text, size: 12) / 2
      return (text, Area(x: place.x - half...place.x + half, y: place.y - 10...place.y + 1))
    }
  }

  @Test(arguments: ["D1", "D2", "D3"])
  func `every node has a box and every arrow its slope`(number: String) async throws {
    let lesson = try await lesson(number)
    let topic = try #require(topics.first { $0.number == number })
    let graph = try #require(try topic.init().demonstrate(in: classroom()).graph)
    let drawing = lesson.drawing
    #expect(boxes(drawing).count == graph.nodes.count)
    let slopes = graph.nodes.flatMap { $0.slopes.map { $0?.lines(digits: 3)[0] } }
    #expect(heads(drawing).count == slopes.count)
    #expect(labels(drawing).map(\.text).sorted() == slopes.compactMap(\.self).sorted())

    for node in graph.nodes {
      let isNamedByFormula = node.parents.isEmpty || node.name == node.formula
      let formula = isNamedByFormula ? [] : ["= \(node.formula)"]
      let numbers = node.value.lines(digits: 3) + node.errorSignal.lines(digits: 3)
      for line in [node.name] + formula + numbers {
        #expect(drawing.words.contains(line), "\(line)")
      }
    }
  }

  /// The softmax is drawn without what stands between y and L, the scalars of D5 without weights.
  @Test func `what is left out of a picture is in the slopes`() async throws {
    let softmax = try await lesson("D4").drawing
    let y = try await lesson("D4").node("y", ofGraph: 1).value.values
    #expect(labels(softmax).map(\.text).contains(RealMatrix(-1 / y[1]).lines(digits: 3)[0]))
    // 14 nodes and arrows of the penalty; z, e^z and y three times, s and L, with 15 arrows.
    #expect(boxes(softmax).count == 25)
    #expect(heads(softmax).count == 29)

    let layers = try await lesson("D5")
    let words = labels(layers.drawing).map(\.text)
    for name in ["W¹", "W²"] {
      for weight in try layers.node(name).value.values {
        #expect(words.contains(RealMatrix(weight).lines(digits: 3)[0]), "\(name): \(weight)")
      }
    }
    // 13 nodes of vectors; x, z, h, y and L number by number.
    #expect(boxes(layers.drawing).count == 24)
    for matrix in ["W¹ᵀ ·", "· xᵀ", "W²ᵀ ·", "· hᵀ"] { #expect(words.contains(matrix)) }
  }

  @Test(arguments: ["D1", "D2", "D3", "D4", "D5"], 1...3 as ClosedRange<UInt64>)
  func `boxes and labels lie apart, and all in the picture`(
    number: String, seed: UInt64
  ) async throws {
    let drawing = try await lesson(number, seed: seed).drawing
    let areas = boxes(drawing) + labels(drawing).map(\.area)
    for (index, area) in areas.enumerated() {
      #expect(area.x.lowerBound >= 0 && area.x.upperBound <= drawing.width)
      #expect(area.y.lowerBound >= 0 && area.y.upperBound <= drawing.height)
      for other in areas[(index + 1)...] { #expect(!area.overlaps(other)) }
    }
    for case .text(let words, let place, let size, _, .start, _) in drawing.marks {
      #expect(place.x + Drawing.width(of: words, size: size) <= drawing.width)
    }
    // A label does not hide a head.
    for head in heads(drawing) {
      #expect(!labels(drawing).contains { label in head.contains { label.area.contains($0) } })
    }
  }
}
