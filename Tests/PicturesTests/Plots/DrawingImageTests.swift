import Foundation
import Images
import Pictures
import Testing

@Suite struct DrawingImageTests {
  private typealias Place = Drawing.Place
  private static let black = RGB(gray: 0)
  private static let side = 24

  /// How far a pixel is off by being rounded to a byte.
  private static let rounding = 0.5 / 255 + 1e-9

  /// How far the edge of a pen may be off. A pixel's share is taken to be ½ + d, where d is how far
  /// its middle lies behind the edge. On a slant of 45° it is truly 1 − (√½ − d)², which differs most
  /// at d = ½ and at d = √½ − ½, by ¾ − √½; on every other slant it differs by less.
  private static let slant = 0.75 - 0.5.squareRoot()

  /// A drawing of marks, a pixel for a point, as shares of black.
  private func cover(_ marks: Drawing.Mark...) -> [[Double]] {
    var drawing = Drawing(width: Double(Self.side), height: Double(Self.side), title: "")
    for mark in marks { drawing.add(mark) }
    let image = drawing.image(scale: 1)
    return (0..<Self.side).map { row in
      (0..<Self.side).map { 1 - Double(image[row, $0].red) / 255 }
    }
  }

  /// The shares of pixels within a shape, by 32 × 32 places in each.
  private func samples(_ isInside: (Place) -> Bool) -> [[Double]] {
    let count = 32
    return (0..<Self.side).map { row in
      (0..<Self.side).map { column in
        var hits = 0
        for step in 0..<count * count {
          let (y, x) = step.quotientAndRemainder(dividingBy: count)
          let place = Place(
            Double(column) + (Double(x) + 0.5) / Double(count),
            Double(row) + (Double(y) + 0.5) / Double(count))
          if isInside(place) { hits += 1 }
        }
        return Double(hits) / Double(count * count)
      }
    }
  }

  private func largestDifference(_ a: [[Double]], _ b: [[Double]]) -> Double {
    zip(a.joined(), b.joined()).map { abs($0 - $1) }.max() ?? 0
  }

  // MARK: - Areas

  @Test func `a rectangle covers its share of every pixel`() {
    for number in 0..<60 {
      let (left, top) = (Double(number) * 0.173, Double(number % 7) * 1.391)
      let (right, bottom) = (
        left + 0.2 + Double(number % 11) * 0.97, top + 0.1 + Double(number % 5) * 1.83
      )
      let shares = cover(
        .area(
          [Place(left, top), Place(right, top), Place(right, bottom), Place(left, bottom)],
          color: Self.black))
      for row in 0..<Self.side {
        for column in 0..<Self.side {
          func part(_ low: Double, _ high: Double, _ pixel: Int) -> Double {
            max(0, min(high, Double(pixel + 1)) - max(low, Double(pixel)))
          }
          let exact = part(left, right, column) * part(top, bottom, row)
          #expect(abs(shares[row][column] - exact) <= Self.rounding, "pixel \(column), \(row)")
        }
      }
    }
  }

  @Test func `a polygon has its area`() {
    for number in 0..<30 {
      let count = 3 + number % 5
      let corners = (0..<count).map { corner in
        let angle = Double(corner) / Double(count) * 2 * .pi + Double(number) * 0.37
        return Place(12.3 + 8.7 * cos(angle), 11.8 + 9.1 * sin(angle))
      }
      let sides = zip(corners, corners.dropFirst() + corners.prefix(1))
      let turns = sides.map { a, b in a.x * b.y - b.x * a.y }
      let shares = cover(.area(corners, color: Self.black))
      // Each pixel that the edge touches is rounded.
      let touched = shares.joined().count { $0 > 0 && $0 < 1 }
      let area = shares.joined().reduce(0, +)
      #expect(abs(area - turns.reduce(0, +) / 2) <= Double(touched) * Self.rounding + 1e-9)
      // In a band of a quarter of a pixel an upright edge stands for a slanted one through the same
      // middle. So half the band at most is on the wrong side; at a corner two edges meet.
      let exact = samples { place in
        sides.allSatisfy { a, b in
          (b.x - a.x) * (place.y - a.y) >= (b.y - a.y) * (place.x - a.x)
        }
      }
      #expect(largestDifference(shares, exact) <= 2 * (0.125 + 1.0 / 32) + Self.rounding)
    }
  }

  @Test func `where an area crosses itself, it is empty`() {
    let outer = [Place(2, 2), Place(20, 2), Place(20, 20), Place(2, 20), Place(2, 2)]
    let inner = [Place(6, 6), Place(16, 6), Place(16, 16), Place(6, 16), Place(6, 6)]
    let shares = cover(.area(outer + inner, color: Self.black))
    #expect(shares[4][4] == 1)
    #expect(shares[10][10] == 0)
    let area: Double = shares.joined().reduce(0, +)
    #expect(area == 324 - 100)
  }

  // MARK: - Lines

  @Test func `a half-covered pixel has half the color`() {
    var drawing = Drawing(width: 8, height: 4, title: "")
    let color = RGB(red: 200, green: 100, blue: 0)
    drawing.add(.line([Place(-9, 2), Place(99, 2)], width: 1, color: color))
    let image = drawing.image(scale: 1)
    // (255 + 200)/2 = 227.5, (255 + 100)/2 = 177.5 and 255/2 = 127.5, rounded away from 0.
    #expect(image[1, 4] == RGB(red: 228, green: 178, blue: 128))
    #expect(image[2, 4] == RGB(red: 228, green: 178, blue: 128))
    #expect(image[0, 4] == RGB(gray: 255) && image[3, 4] == RGB(gray: 255))
  }

  @Test func `level and upright lines are exact`() {
    for number in 0..<40 {
      let middle = 7 + Double(number) * 0.137
      let width = 1 + Double(number % 9) * 0.61
      let level = cover(
        .line([Place(-9, middle), Place(99, middle)], width: width, color: Self.black))
      let upright = cover(
        .line([Place(middle, 99), Place(middle, -9)], width: width, color: Self.black))
      for pixel in 0..<Self.side {
        let low = max(middle - width / 2, Double(pixel))
        let exact = max(0, min(middle + width / 2, Double(pixel + 1)) - low)
        #expect(abs(level[pixel][12] - exact) <= Self.rounding)
        #expect(abs(upright[12][pixel] - exact) <= Self.rounding)
      }
    }
  }

  @Test(arguments: Array(stride(from: 0.0, to: 180, by: 11)))
  func `slanted lines are within the bound of their edges`(degrees: Double) {
    let (dx, dy) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    let middle = Place(11.7, 12.4)
    let shares = cover(
      .line(
        [
          Place(middle.x - 50 * dx, middle.y - 50 * dy),
          Place(middle.x + 50 * dx, middle.y + 50 * dy),
        ],
        width: 6, color: Self.black))
    let exact = samples { place in
      abs((place.x - middle.x) * dy - (place.y - middle.y) * dx) <= 3
    }
    // A straight edge misplaces at most one of the 32 places of each line of samples.
    #expect(largestDifference(shares, exact) <= Self.slant + Self.rounding + 1.0 / 32)
  }

  @Test func `a thin line is as pale as it is thin`() {
    for width in [0.1, 0.25, 0.5, 0.9] {
      let shares = cover(.line([Place(-9, 7.3), Place(99, 7.3)], width: width, color: Self.black))
      let across = (0..<Self.side).reduce(0) { $0 + shares[$1][12] }
      // Two pixels are covered in part.
      #expect(abs(across - width) <= 2 * Self.rounding)
    }
  }

  @Test func `a line over itself is no darker`() {
    let places = [Place(3.3, 4.7), Place(19.1, 15.2)]
    let once = cover(.line(places, width: 2.5, color: Self.black))
    let often = cover(
      .line(places + places.reversed() + places, width: 2.5, color: Self.black))
    #expect(once == often)
  }

  @Test(arguments: [1.0, 2.5, 7, 10.8])
  func `a disc is round and has its area`(radius: Double) {
    let center = Place(11.6, 12.3)
    let shares = cover(.disc(center, radius: radius, color: Self.black))
    let exact = samples { hypot($0.x - center.x, $0.y - center.y) <= radius }
    // Within a pixel, whose middle is √½ from its corners, a circle leaves its tangent by up to a
    // quarter of its curvature.
    #expect(
      largestDifference(shares, exact) <= Self.slant + 0.25 / radius + 2.0 / 32 + Self.rounding)
    // The same disc as the dot of a line.
    #expect(shares == cover(.line([center], width: 2 * radius, color: Self.black)))
  }

  @Test func `dashes alternate with gaps`() {
    func dashes(_ dash: [Double]) -> String {
      let shares = cover(
        .line([Place(0, 4), Place(24, 4)], width: 2, color: Self.black, dash: dash))
      return shares[3].map { $0 > 0.6 ? "x" : $0 < 0.4 ? "." : "-" }.joined()
    }
    // A round end of radius 1 goes on over the next pixel, whose middle is √½ from the end: its
    // share is 1 + ½ − √½ > 0.6.
    #expect(dashes([6, 6]) == "xxxxxxx....xxxxxxxx.....")
    #expect(dashes([4, 6, 2, 6]) == dashes([4, 6, 2, 6, 4, 6, 2, 6]))
    // An odd number of lengths is taken twice, with strokes and gaps exchanged (SVG 1.1, 11.4).
    #expect(dashes([6]) == dashes([6, 6]))
    #expect(dashes([3, 5, 4]) == dashes([3, 5, 4, 3, 5, 4]))
    #expect(dashes([50, 1]) == dashes([]))
  }

  @Test func `a dash goes around corners`() {
    let straight = cover(
      .line(
        [Place(2, 4), Place(7, 4), Place(8, 4), Place(20, 4)], width: 2, color: Self.black,
        dash: [7, 5]))
    let plain = cover(
      .line([Place(2, 4), Place(20, 4)], width: 2, color: Self.black, dash: [7, 5]))
    #expect(largestDifference(straight, plain) <= 2 * Self.rounding)
  }

  // MARK: - Images, words, sizes

  @Test func `cells are sharp and the right way up`() {
    let colors = (1...6).map { RGB(red: $0, green: 2 * $0, blue: 3 * $0) }
    var drawing = Drawing(width: 10, height: 10, title: "")
    drawing.add(
      .image(
        ColorImage(size: ImageSize(height: 2, width: 3), pixels: colors), topLeft: Place(1, 2),
        bottomRight: Place(7, 8)))
    for scale in [1.0, 2, 3] {
      let image = drawing.image(scale: scale)
      for row in 0..<image.height {
        for column in 0..<image.width {
          let (x, y) = ((Double(column) + 0.5) / scale, (Double(row) + 0.5) / scale)
          let isInside = (1..<7).contains(x) && (2..<8).contains(y)
          let expected = isInside ? colors[Int((y - 2) / 3) * 3 + Int((x - 1) / 2)] : RGB(gray: 255)
          #expect(image[row, column] == expected)
        }
      }
    }
  }

  @Test func `words are drawn within their frame and nowhere else`() {
    for isUpward in [false, true] {
      for anchor in [Drawing.Anchor.start, .middle, .end] {
        var drawing = Drawing(width: 200, height: 200, title: "")
        drawing.add(
          .text(
            "Qgj|_ȳ", Place(100, 100), size: 20, color: Self.black, anchor: anchor,
            isUpward: isUpward))
        let frame = drawing.texts[0].frame
        let image = drawing.image(scale: 1)
        var touched: [Place] = []
        for row in 0..<200 {
          for column in 0..<200 where image[row, column] != RGB(gray: 255) {
            touched.append(Place(Double(column) + 0.5, Double(row) + 0.5))
          }
        }
        // A pixel is touched up to half a pixel outside, its middle counted half a pixel in.
        let ink = Frame(around: touched)
        #expect(ink.left >= frame.left - 1 && ink.right <= frame.right + 1)
        #expect(ink.top >= frame.top - 1 && ink.bottom <= frame.bottom + 1)
        #expect(touched.count > 100)
      }
    }
  }

  @Test(arguments: [
    (100.0, 50.0, 1.0, 100, 50), (100, 50, 2, 200, 100), (10.5, 0.2, 1, 11, 1),
    (10, 10, 0.25, 3, 3),
    (0.1, 0.1, 0.1, 1, 1), (640, 420, 1.5, 960, 630),
  ])
  func `a point has as many pixels as the scale says`(
    width: Double, height: Double, scale: Double, columns: Int, rows: Int
  ) {
    let image = Drawing(width: width, height: height, title: "").image(scale: scale)
    #expect((image.width, image.height) == (columns, rows))
    #expect(image.pixels.allSatisfy { $0 == RGB(gray: 255) })
  }

  @Test func `a scale of 0 is the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = Drawing(width: 1, height: 1, title: "").image(scale: 0)
    }
  }

  @Test func `marks outside are not seen and do no harm`() {
    let far = [1e300, -1e300, 1e7, -50]
    var drawing = Drawing(width: 20, height: 20, title: "")
    for x in far {
      for y in far {
        drawing.add(.disc(Place(x, y), radius: 3, color: Self.black))
        drawing.add(.area([Place(x, y), Place(x + 5, y), Place(x, y + 5)], color: Self.black))
        drawing.add(.text("far", Place(x, y), size: 10, color: Self.black))
        drawing.add(.line([Place(x, y), Place(x, y)], width: 1, color: Self.black, dash: [3, 2]))
        drawing.add(
          .image(
            ColorImage(size: ImageSize(height: 1, width: 1), filledWith: Self.black),
            topLeft: Place(x, y),
            bottomRight: Place(x + 10, y + 10)))
      }
    }
    drawing.add(.line([], width: 1, color: Self.black))
    drawing.add(.line([], width: 1, color: Self.black, dash: [1, 2]))
    drawing.add(.area([], color: Self.black))
    #expect(drawing.image(scale: 1).pixels.allSatisfy { $0 == RGB(gray: 255) })
  }

  @Test func `a PNG of a drawing has its pixels`() throws {
    let plot = Plot(
      title: "PNG", horizontal: Axis("x"), vertical: Axis("y"),
      heatMap: HeatMap(
        "z", values: (0..<12).map { Double($0) - 5 }, columns: 4, rows: 3, horizontal: 0...4,
        vertical: 0...3, palette: .signed),
      series: [Series("s", [Series.Point(0, 0), Series.Point(4, 3)], style: .lineAndPoints)])
    let image = plot.drawing().image(scale: 1)
    let bytes = try image.pngBytes()
    #expect(bytes[25] == 2)  // RGB (PNG specification, 11.2.2)
    #expect(try ColorImage(pngBytes: bytes) == image)
  }
}
