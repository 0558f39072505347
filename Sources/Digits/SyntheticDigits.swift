import Images
import Randomness

/// The random stream of synthetic digits; no demonstration has so many streams of its own.
private let syntheticStream: UInt32 = 0x7_5E6

extension DigitDataset {
  /// Digits that are drawn, not photographed: the ten figures of a seven-segment display, each
  /// moved, slanted, stretched and drawn with a pen of its own.
  ///
  /// They need no file and are as sparse as MNIST (about 19 % of the pixels are not 0, and those
  /// near the edge always are), so that a training on them takes as long as one on MNIST. They are
  /// easier to learn. Equal seeds give equal images on every machine: only the basic operations
  /// of IEEE arithmetic are used.
  ///
  /// - Parameters:
  ///   - train: the number of training images, at least 1.
  ///   - test: the number of test images, at least 1.
  ///   - seed: the random seed. Image i takes blocks 2 i and 2 i + 1 of its stream; the training
  ///     images come first.
  ///   - workers: the maximum number of threads that draw.
  /// - Returns: a data set named `synthetic`, its classes the digits 0 to 9.
  public static func synthetic(
    train: Int, test: Int, seed: UInt64, workers: Int
  ) -> DigitDataset {
    precondition(train >= 1 && test >= 1, "a data set needs images of both kinds")
    let random = Philox(seed: seed, purpose: .demonstration, epoch: syntheticStream)
    func set(first: Int, count: Int) -> DigitSet {
      func figure(_ image: Int) -> SegmentFigure {
        let index = UInt64(2 * (first + image))
        return SegmentFigure(random.block(index), random.block(index + 1))
      }
      return DigitSet(
        images: makeRowsInParallel(
          count: count, length: SegmentFigure.size.pixelCount, workers: workers
        ) { figure($0).pixels() }, labels: (0..<count).map { figure($0).label },
        imageSize: SegmentFigure.size)
    }
    return DigitDataset(
      name: "synthetic", train: set(first: 0, count: train), test: set(first: train, count: test),
      classNames: (0..<10).map(String.init))
  }
}

/// A digit of a seven-segment display in a hand of its own.
private struct SegmentFigure {
  private static let side = 28
  static let size = ImageSize(height: side, width: side)
  /// Pixels this near to the edge stay empty.
  private static let margin = 2
  /// The segments of each digit: top, upper left, upper right, middle, lower left, lower right,
  /// bottom, from the lowest bit.
  private static let segments: [UInt8] = [
    0b111_0111, 0b010_0100, 0b101_1101, 0b110_1101, 0b010_1110, 0b110_1011, 0b111_1011, 0b010_0101,
    0b111_1111, 0b110_1111,
  ]
  /// The ends of each segment: x from −1, left, to 1; y from −1, top, to 1.
  private static let ends: [(x0: Float, y0: Float, x1: Float, y1: Float)] = [
    (-1, -1, 1, -1), (-1, -1, -1, 0), (1, -1, 1, 0), (-1, 0, 1, 0), (-1, 0, -1, 1), (1, 0, 1, 1),
    (-1, 1, 1, 1),
  ]

  let label: UInt8
  private let middle: (x: Float, y: Float)
  /// Half of the figure's sides, in pixels.
  private let half: (width: Float, height: Float)
  /// How many pixels a line moves to the right for each pixel that it goes up.
  private let slant: Float
  /// Half of the pen's width, in pixels.
  private let pen: Float

  init(_ first: PhiloxBlock, _ second: PhiloxBlock) {
    func uniform(_ word: UInt32, _ low: Float, _ high: Float) -> Float {
      low + (high - low) * (Float(word >> 8) * 0x1p-24)
    }
    label = UInt8((UInt64(first.0) * 10) >> 32)
    middle = (uniform(first.1, 11.5, 15.5), uniform(first.2, 11.5, 15.5))
    half = (uniform(first.3, 3, 5.5), uniform(second.0, 6, 8.5))
    slant = uniform(second.1, -0.15, 0.45)
    pen = uniform(second.2, 0.7, 1.9)
  }

  /// The image, row by row: 255 under the pen, less at its edge.
  func pixels() -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: Self.side * Self.side)
    for (index, ends) in Self.ends.enumerated() where Self.segments[Int(label)] >> index & 1 == 1 {
      draw(from: place(ends.x0, ends.y0), to: place(ends.x1, ends.y1), on: &pixels)
    }
    return pixels
  }

  private func place(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
    let down = y * half.height
    return (middle.x + x * half.width - slant * down, middle.y + down)
  }

  private func draw(
    from start: (x: Float, y: Float), to end: (x: Float, y: Float), on pixels: inout [UInt8]
  ) {
    let reach = pen + 0.5
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let squaredLength = dx * dx + dy * dy
    for row in Self.inside(min(start.y, end.y) - reach, max(start.y, end.y) + reach) {
      for column in Self.inside(min(start.x, end.x) - reach, max(start.x, end.x) + reach) {
        let (x, y) = (Float(column) - start.x, Float(row) - start.y)
        let along = min(max((x * dx + y * dy) / squaredLength, 0), 1)
        let (offX, offY) = (x - along * dx, y - along * dy)
        let ink = reach - (offX * offX + offY * offY).squareRoot()
        let byte = UInt8(min(max(ink, 0), 1) * 255)
        let index = row * Self.side + column
        pixels[index] = max(pixels[index], byte)
      }
    }
  }

  /// The rows or columns between two places, without the margin.
  private static func inside(_ low: Float, _ high: Float) -> Range<Int> {
    let first = max(margin, Int(low.rounded(.up)))
    return first..<max(first, min(side - margin, Int(high.rounded(.down)) + 1))
  }
}
