import Lecture
import Pictures
import Testing

/// The pictures of the topics that show a graph.
@Suite struct GraphDrawingTests {
  @Test(arguments: ["D1", "D2", "D4", "D5"])
  func `every node has a box and every way an arrow`(number: String) async throws {
    let lesson = try await lesson(number)
    let topic = try #require(topics.first { $0.number == number })
    let graph = try #require(try topic.init().demonstrate(in: classroom()).graph)
    let areas = lesson.drawing.marks.compactMap { mark in
      if case .area(let corners, _) = mark { corners } else { nil }
    }
    #expect(areas.count { $0.count == 4 } == graph.nodes.count)
    #expect(areas.count { $0.count == 3 } == graph.nodes.reduce(0) { $0 + $1.parents.count })

    let words = lesson.drawing.marks.compactMap { mark in
      if case .text(let text, _, _, _, _, _) = mark { text } else { nil }
    }
    for node in graph.nodes {
      let isNamedByFormula = node.parents.isEmpty || node.name == node.formula
      let formula = isNamedByFormula ? [] : ["= \(node.formula)"]
      let numbers = node.value.lines(digits: 3) + node.errorSignal.lines(digits: 3)
      for line in [node.name] + formula + numbers {
        #expect(words.contains(line), "\(line)")
      }
    }
  }

  @Test(arguments: ["D1", "D2", "D4", "D5"])
  func `boxes lie apart, and all in the picture`(number: String) async throws {
    let drawing = try await lesson(number).drawing
    let boxes = drawing.marks.compactMap {
      mark -> (x: ClosedRange<Double>, y: ClosedRange<Double>)? in
      guard case .area(let corners, _) = mark, corners.count == 4 else { return nil }
      return (corners[0].x...corners[2].x, corners[0].y...corners[2].y)
    }
    for (index, box) in boxes.enumerated() {
      #expect(box.x.lowerBound >= 0 && box.x.upperBound <= drawing.width)
      #expect(box.y.lowerBound >= 0 && box.y.upperBound <= drawing.height)
      for other in boxes[(index + 1)...] {
        #expect(!(box.x.overlaps(other.x) && box.y.overlaps(other.y)))
      }
    }
    for case .text(let words, let place, let size, _, .start, _) in drawing.marks {
      #expect(place.x + Drawing.width(of: words, size: size) <= drawing.width)
    }
  }
}
