import Foundation
import Images
import Lecture
import Pictures
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What every topic of the course has to do.
@Suite struct TopicTests {
  static let numbers = topics.map { $0.number }
  /// Those that train for seconds.
  static let dear: Set = ["C7", "C9"]
  /// Those that show the same whatever the seed.
  static let withoutChance: Set = ["C2", "C8", "D3", "D6"]

  @Test func `the whole course is there, in order`() {
    let course =
      (1...8).map { "A\($0)" } + (1...3).map { "B\($0)" } + (1...10).map { "C\($0)" }
      + (1...7).map { "D\($0)" }
    #expect(Self.numbers == course)
  }

  @Test func `names are distinct commands and say more than a number`() {
    let names = topics.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil })
    // What the command itself understands in a topic's place.
    #expect(Set(names).isDisjoint(with: ["all", "topics", "help"]))
    #expect(topics.allSatisfy { !$0.title.isEmpty && $0.title.count <= 60 })
    #expect(topics.allSatisfy { $0.explanation.count > 100 })
  }

  @Test(arguments: numbers)
  func `claims hold from several seeds`(number: String) async throws {
    for seed in Self.dear.contains(number) ? 1...2 : 1...5 as ClosedRange<UInt64> {
      let lesson = try await lesson(number, seed: seed)
      #expect(!lesson.claims.isEmpty)
      for claim in lesson.claims {
        #expect(claim.holds, "seed \(seed): \(claim.statement): \(claim.found)")
        #expect(!claim.statement.isEmpty && !claim.found.isEmpty)
        #expect(!claim.statement.hasSuffix("."))
      }
    }
  }

  @Test(arguments: numbers)
  func `a seed gives the same lesson again, whatever the number of workers`(
    number: String
  ) async throws {
    let topic = try #require(topics.first { $0.number == number })
    let again = Lesson(try topic.init().demonstrate(in: classroom(workers: 3)))
    let first = try await lesson(number)
    #expect(again.text == first.text)
    #expect(again.drawing == first.drawing)
  }

  @Test(arguments: numbers)
  func `seeds differ where there is chance`(number: String) async throws {
    let texts = [try await lesson(number).text, try await lesson(number, seed: 2).text]
    #expect((texts[0] == texts[1]) == Self.withoutChance.contains(number))
  }

  @Test(arguments: numbers)
  func `there are numbers to see, all of them finite`(number: String) async throws {
    let lesson = try await lesson(number)
    #expect(!lesson.tables.isEmpty || !lesson.graphs.isEmpty)
    #expect(topics.first { $0.number == number }?.showsGraph == !lesson.graphs.isEmpty)
    for table in lesson.tables {
      #expect(!table.title.isEmpty && !table.rows.isEmpty)
      #expect(table.rows.allSatisfy { $0.count == table.columns.count })
      for case .number(let value, let digits) in table.rows.joined() {
        // One step size of A4 is meant to diverge.
        #expect(value.isFinite || number == "A4", "\(table.title)")
        #expect((1...17).contains(digits))
      }
    }
    for node in lesson.graphs.joined() {
      #expect((node.value.values + node.errorSignal.values).allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: numbers)
  func `figures have titles, named axes and something on them`(number: String) async throws {
    guard let figure = try await lesson(number).figure else { return }
    #expect(!figure.title.isEmpty)
    for plot in figure.plots {
      #expect(!plot.horizontal.label.isEmpty && !plot.vertical.label.isEmpty)
      #expect(!plot.series.isEmpty)
      #expect(plot.heatMap.map { $0.values.allSatisfy(\.isFinite) && !$0.label.isEmpty } ?? true)
      #expect(figure.plots.count == 1 || !plot.title.isEmpty || number == "A2" || number == "A7")
      for series in plot.series {
        #expect(series.points.contains { plot.hasPlace(for: $0) }, "\(series.name ?? "")")
        #expect(series.points.count { $0.y.isFinite } >= (series.style == .points ? 1 : 2))
        // A path may leave the plot; what is no number at all may only be where A4 diverges.
        #expect(series.points.allSatisfy { $0.x.isFinite })
        #expect(series.points.allSatisfy { $0.y.isFinite } || number == "A4")
        #expect(series.points.allSatisfy { $0.interval?.contains($0.y) ?? true })
      }
      let names = plot.series.compactMap(\.name)
      #expect(Set(names).count == names.count, "two series of one name")
    }
  }

  @Test(arguments: numbers)
  func `pictures become SVG and PNG`(number: String) async throws {
    let drawing = try await lesson(number).drawing
    #expect(!drawing.title.isEmpty)
    #expect((200...4000).contains(drawing.width) && (200...4000).contains(drawing.height))
    let svg = drawing.svg
    #expect(XMLParser(data: Data(svg.utf8)).parse(), "no well-formed XML")
    #expect(svg.firstMatch(of: /[" ,](-?nan|-?inf)[" ,]/) == nil)
    let image = drawing.image(scale: 1)
    let inked = image.pixels.count { $0 != RGB(gray: 255) }
    #expect(inked * 100 > image.pixels.count, "\(inked) of \(image.pixels.count)")
    #expect(try image.pngBytes().starts(with: [0x89, 0x50, 0x4E, 0x47]))
  }
}

extension Plot {
  /// Whether a point lies in the plot's box.
  fileprivate func hasPlace(for point: Series.Point) -> Bool {
    func lies(_ value: Double, on axis: Axis) -> Bool {
      value.isFinite && (axis.scale == .linear || value > 0)
        && (axis.range?.contains(value) ?? true)
    }
    return lies(point.x, on: horizontal) && lies(point.y, on: vertical)
  }
}
