import Foundation
import Images
import Lecture
import Networks
import Pictures
import Reference
import Testing

/// C3, C4 and C5: numbers that can be counted on the digits themselves.
@Suite struct DigitTopicsTests {
  @Test func `C3 counts weights and biases`() async throws {
    let lesson = try await lesson("C3")
    let table = try lesson.table("The network 3-5-4-2")
    #expect(try table.column("weights") == [15, 20, 8])
    #expect(try table.column("biases") == [5, 4, 2])
    #expect(try lesson.claim("every unit").found == "43 edges, 11 units, 54 parameters")
    // A circle of two discs for each of 14 units, and a line for each edge.
    let discs = lesson.drawing.marks.count { if case .disc = $0 { true } else { false } }
    let lines = lesson.drawing.marks.count { if case .line = $0 { true } else { false } }
    #expect(discs == 2 * 14 && lines == 43)
  }

  @Test func `C4 measures the slant of an image by its moments`() async throws {
    let points = try #require(try await lesson("C4").figure?.plots[0].series[0].points)
    let digits = try classroomDigits()
    #expect(points.count == 400)
    for index in [0, 1, 17, 399] {
      let ink = digits.test.row(index).map { Double($0) }
      let mass = ink.reduce(0, +)
      var (x, y) = (0.0, 0.0)
      for pixel in 0..<784 {
        x += ink[pixel] * Double(pixel % 28) / mass
        y += ink[pixel] * Double(pixel / 28) / mass
      }
      var (mixed, height) = (0.0, 0.0)
      for pixel in 0..<784 {
        mixed += ink[pixel] * (Double(pixel % 28) - x) * (Double(pixel / 28) - y)
        height += ink[pixel] * (Double(pixel / 28) - y) * (Double(pixel / 28) - y)
      }
      // Rounded to single precision.
      #expect(abs(points[index].x + mixed / height) <= 4 * roundoff)
    }
  }

  @Test func `C4 compares with the answer that needs no image`() async throws {
    let lesson = try await lesson("C4")
    let labels = try classroomDigits().test.labels
    let table = try lesson.table("784-32-…")
    let threes = Double(labels.count { $0 == 3 })
    let share = threes / Double(labels.count)
    #expect(table.rows[1][4].words == "\(significant((1 - share) * 100, 3)) %")
    // Both curves have as many steps as there are digits of the kind, and then run on to (1, 1).
    let curves = try ["threes", "others"].map { try lesson.points($0, ofPlot: 1) }
    #expect(curves.allSatisfy { $0.last == Series.Point(1, 1) })
    let (yes, no) = (curves[0].dropLast(), curves[1].dropLast())
    #expect(Double(yes.count) == threes && yes.count + no.count == labels.count)
    #expect(yes.last?.y == 1 && no.last?.y == 1)
    // What is said of them can be counted on the curves.
    let found = yes.count { $0.x > 0.5 }
    let wrong = no.count { $0.x > 0.5 }
    let words = try #require(lesson.texts.first { $0.hasPrefix("Of the threes") })
    #expect(words.contains("\(significant(Double(found) / threes * 100, 3)) % are found"))
    #expect(words.contains("\(significant(Double(found) / Double(found + wrong) * 100, 3)) % are"))
    let right = Double(found + no.count - wrong) / Double(labels.count)
    #expect(table.rows[1][3].words == "\(significant(right * 100, 3)) %")
  }

  @Test func `C5 knows the pixels that no digit inks`() async throws {
    let train = try classroomDigits().train
    guard case .bytes(let bytes, _) = train.inputs else {
      Issue.record("digits are bytes")
      return
    }
    let blank = (0..<784).count { pixel in
      stride(from: pixel, to: bytes.count, by: 784).allSatisfy { bytes[$0] == 0 }
    }
    #expect(try await lesson("C5").claim("a pixel that is never inked").found == "\(blank) pixels")
    #expect(blank > 50)
  }

  @Test func `C5 shows units before and after, a detector and what excites it`() async throws {
    let lesson = try await lesson("C5")
    let images = lesson.drawing.marks.compactMap { mark in
      if case .image(let image, _, _) = mark { image } else { nil }
    }
    #expect(images.count == 2 + 1 + 8 && images[0] != images[1])
    // Six units and a gutter of 2 a row, in two rows: four units wider than high.
    #expect(images.prefix(2).allSatisfy { $0.width - $0.height == 4 * (28 + 2) })
    #expect(images.prefix(2).allSatisfy { $0.height >= 2 * 28 + 2 && $0.height < 3 * 28 })
    #expect(images.dropFirst(2).allSatisfy { $0.width == 28 && $0.height == 28 })
    // The detector's favourites are test digits.
    let digits = try classroomDigits().test
    let favourite = images[3].pixels.map { 1 - Float($0.red) / 255 }
    #expect(
      (0..<digits.count).contains {
        digits.row($0).elementsEqual(favourite) { abs($0 - $1) < 0.01 }
      })
  }

  /// Nearest class means of the pixels, from the definition.
  @Test func `C5 counts the digits that are nearest to their own mean`() async throws {
    let digits = try classroomDigits()
    let train = digits.train.thinned(to: 1000)
    var means = Array(repeating: [Double](repeating: 0, count: 784), count: 10)
    for index in 0..<train.count {
      for (pixel, ink) in train.row(index).enumerated() {
        means[Int(train.labels[index])][pixel] += Double(ink)
      }
    }
    for digit in 0..<10 {
      let count = Double(train.labels.count { $0 == digit })
      means[digit] = means[digit].map { $0 / count }
    }
    let right = (0..<digits.test.count).count { index in
      let row = digits.test.row(index).map { Double($0) }
      let distances = means.map { mean in
        zip(row, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      return distances.firstIndex(of: distances.min() ?? 0) == Int(digits.test.labels[index])
    }
    let share = Double(right) / Double(digits.test.count)
    let table = try await lesson("C5").table("The classes")
    #expect(try table.words("in all of it")[0] == "\(significant(share * 100, 3)) %")
    #expect(
      try table.words("layer") == [
        "pixels", "hidden, at the start", "hidden, learned", "output sums",
      ])
  }

  @Test(arguments: 0..<8)
  func `a stroke's template finds that stroke`(direction: Int) {
    let size = ImageSize(height: 28, width: 28)
    let stroke = Stroke(column: 14, row: 12, degrees: Double(direction) * 22.5)
    let ends = stroke.ends
    // Ink within a pixel of the segment between the ends.
    let image = (0..<784).map { pixel -> Double in
      let place = [Double(pixel % 28), Double(pixel / 28)]
      return (0...40).contains { step in
        let share = Double(step) / 40
        let dx = ends[0][0] + share * (ends[1][0] - ends[0][0]) - place[0]
        let dy = ends[0][1] + share * (ends[1][1] - ends[0][1]) - place[1]
        return dx * dx + dy * dy <= 1
      } ? 1 : 0
    }
    let best = Stroke.all(size).max {
      Stroke.response($0.template(size), image) < Stroke.response($1.template(size), image)
    }
    #expect(best?.degrees == stroke.degrees)
    #expect(abs((best?.column ?? 0) - 14) <= 2 && abs((best?.row ?? 0) - 12) <= 2)
    let template = stroke.template(size)
    #expect(abs(template.reduce(0) { $0 + $1.weight * $1.weight } - 1) < 1e-12)
  }
}
