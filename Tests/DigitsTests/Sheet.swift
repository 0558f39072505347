import Images

/// A sheet of paper of 300 × 300 pixels on which a test draws, each value a share of light.
struct Sheet {
  static let side = 300
  private var light: [Double]
  private var state: UInt32 = 1

  init(paper: Double = 0.94) {
    light = [Double](repeating: paper, count: Self.side * Self.side)
  }

  /// Multiplies the light of each pixel by a function of its row and column.
  mutating func dim(_ share: (_ row: Int, _ column: Int) -> Double) {
    for row in 0..<Self.side {
      for column in 0..<Self.side { light[row * Self.side + column] *= share(row, column) }
    }
  }

  /// Draws with a round pen through points (row, column); ink takes `strength` of the light.
  mutating func draw(_ points: [(Int, Int)], pen: Double = 9, strength: Double = 0.8) {
    dim { row, column in
      var nearest = Double.infinity
      for (start, end) in zip(points, points.dropFirst()) {
        let (down, right) = (Double(end.0 - start.0), Double(end.1 - start.1))
        let (y, x) = (Double(row - start.0), Double(column - start.1))
        let along = max(0, min(1, (y * down + x * right) / (down * down + right * right)))
        let (offY, offX) = (y - along * down, x - along * right)
        nearest = min(nearest, (offY * offY + offX * offX).squareRoot())
      }
      return 1 - strength * max(0, min(1, pen + 0.5 - nearest))
    }
  }

  /// A 5 whose bar does not touch the rest.
  mutating func drawFive(strength: Double = 0.8) {
    draw([(80, 140), (80, 195)], strength: strength)
    draw(
      [(90, 108), (145, 105), (140, 165), (170, 195), (205, 185), (225, 150), (215, 105)],
      strength: strength)
  }

  /// Noise of a triangular distribution whose standard deviation is `deviation` of 255.
  mutating func addGrain(deviation: Double) {
    for index in light.indices {
      var sum = -1.0
      for _ in 0..<2 {
        state = state &* 1_664_525 &+ 1_013_904_223
        sum += Double(state >> 8) * 0x1p-24
      }
      light[index] += sum * deviation * 6.0.squareRoot() / 255
    }
  }

  /// The photograph, or its negative.
  func image(isNegative: Bool = false) -> GrayImage {
    let pixels = light.map { UInt8(max(0, min(255, 255 * $0))) }
    return GrayImage(
      size: ImageSize(height: Self.side, width: Self.side),
      pixels: isNegative ? pixels.map { 255 - $0 } : pixels, name: "sheet.png")
  }
}

/// What a photograph shows besides the digit.
enum Disturbance: CaseIterable, Sendable {
  case nothing, shade, vignette, shadow, ruling, tiltedRuling, grid, frame, box, dust, table, grain
  case everything

  func apply(to sheet: inout Sheet) {
    func isOnLine(_ row: Int, _ column: Int, _ tilt: Int) -> Bool {
      (row + tilt * column / 100 + 500) % 35 < 2
    }
    switch self {
    case .nothing: break
    case .shade: sheet.dim { 0.6 + 0.4 * Double($1) / 300 - 0.1 * Double($0) / 300 }
    case .vignette:
      sheet.dim { row, column in
        let (down, right) = (Double(row - 150) / 150, Double(column - 150) / 150)
        return 1 - 0.25 * (down * down + right * right)
      }
    case .shadow: sheet.dim { $0 + 2 * $1 < 420 ? 0.7 : 1 }
    case .ruling: sheet.dim { isOnLine($0, $1, 0) ? 0.75 : 1 }
    case .tiltedRuling: sheet.dim { isOnLine($0, $1, 4) ? 0.75 : 1 }
    case .grid: sheet.dim { isOnLine($0, $1, 0) || isOnLine($1, $0, 0) ? 0.75 : 1 }
    case .frame: sheet.dim { min($0, $1, 299 - $0, 299 - $1) < 3 ? 0 : 1 }
    case .box: sheet.dim { (30..<33).contains(min($0, $1, 299 - $0, 299 - $1)) ? 0.1 : 1 }
    case .dust:
      sheet.dim { row, column in
        [(10, 285), (290, 20), (30, 30), (270, 260)].contains {
          (0..<4).contains(row - $0.0) && (0..<4).contains(column - $0.1)
        } ? 0.4 : 1
      }
    case .table: sheet.dim { 10 * $1 < 200 + $0 ? 0.2 : 1 }
    case .grain: sheet.addGrain(deviation: 10)
    case .everything:
      for part in [Self.shade, .ruling, .dust, .grain] { part.apply(to: &sheet) }
    }
  }
}
