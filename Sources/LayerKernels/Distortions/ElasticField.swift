import CProcessor
import Kernels

/// Random displacements of an image's pixels, smooth over some pixels: u is drawn from the uniform distribution in ±1
/// for every pixel and direction, and d = α · (g ∗ u) with a Gaussian g of standard deviation σ. Outside of the image u
/// is 0.
///
/// docs/arithmetic.md has the address of each u, the taps of g, and the order of the sums.
///
/// Source: Simard, Steinkraus, Platt, Best Practices for Convolutional Neural Networks Applied to Visual Document
/// Analysis, ICDAR 2003.
public final class ElasticField {
  /// The displacements to the right, in units of 2^−8 pixels, [height × width]; 0 before the first `draw`.
  public let right: Matrix
  /// The displacements down, [height × width].
  public let down: Matrix

  private let height: Int
  private let width: Int
  /// The taps' number on each side beyond which they count as 0.
  private let radius: Int
  private let bytes: Block<UInt8>
  private let block: Block<Float>
  /// u to the right, then u down, [2 height × width].
  private let uniform: Matrix
  /// The same, smoothed along the rows.
  private let smoothed: Matrix
  private let displacements: Matrix
  /// g between the columns, [width × width], and 2^8 α g between the rows, [height × height].
  private let columnTaps: Matrix
  private let rowTaps: Matrix

  /// Memory for the displacements of images of a size.
  ///
  /// - Parameters:
  ///   - alpha: α, at least 0.
  ///   - sigma: σ in pixels, above 0.
  ///   - height: the rows of an image.
  ///   - width: its columns.
  public init(alpha: Double, sigma: Double, height: Int, width: Int) {
    precondition(alpha >= 0 && sigma > 0, "an elastic field of α \(alpha) and σ \(sigma)")
    precondition(height > 0 && width > 0, "an image of \(height) × \(width)")
    self.height = height
    self.width = width
    let groups = (2 * height * width + groupBytes - 1) / groupBytes
    bytes = Block(count: groups * groupBytes + laneCount)
    let fields = 2 * height * rowStride(width)
    let columnCount = width * rowStride(width)
    let block = Block<Float>(count: 3 * fields + columnCount + height * rowStride(height))
    self.block = block
    func matrix(at offset: Int, rows: Int, columns: Int) -> Matrix {
      Matrix(block, at: offset, rows: rows, columns: columns)
    }
    uniform = matrix(at: 0, rows: 2 * height, columns: width)
    smoothed = matrix(at: fields, rows: 2 * height, columns: width)
    displacements = matrix(at: 2 * fields, rows: 2 * height, columns: width)
    right = displacements[rows: 0..<height]
    down = displacements[rows: height..<2 * height]
    columnTaps = matrix(at: 3 * fields, rows: width, columns: width)
    rowTaps = matrix(at: 3 * fields + columnCount, rows: height, columns: height)

    let taps = gaussian(sigma: sigma)
    radius = taps.count - 1
    fill(columnTaps, with: taps.map { Float($0) })
    fill(rowTaps, with: taps.map { Float(Double(1 << Int(warp_fraction_bits)) * alpha * $0) })
  }

  /// Draws the displacements for a sample in an epoch.
  ///
  /// - Parameters:
  ///   - seed: of the training.
  ///   - purpose: the number of the stream.
  ///   - epoch: counted from 0.
  ///   - sample: the number of the sample in the training set.
  ///   - firstBlock: the number of the stream's first block for the sample.
  public func draw(seed: UInt64, purpose: UInt32, epoch: UInt32, sample: UInt32, firstBlock: UInt32)
  {
    let count = 2 * height * width
    for (group, first) in stride(from: 0, to: count, by: groupBytes).enumerated() {
      philox_bytes(
        firstBlock + UInt32(group * laneCount), sample, epoch, purpose, seed, bytes.start + first)
    }
    for row in 0..<2 * height {
      warp_uniforms(bytes.start + row * width, Int64(width), uniform.row(row))
    }
    // Taps that count as 0 may be left out: they add nothing to a chain.
    forEachBand(of: width) { columns, sources in
      multiply(
        uniform.block(rows: 0..<2 * height, columns: sources),
        columnTaps.block(rows: sources, columns: columns), bias: nil,
        into: smoothed.block(rows: 0..<2 * height, columns: columns))
    }
    for field in [0, height] {
      forEachBand(of: height) { rows, sources in
        multiply(
          rowTaps.block(rows: rows, columns: sources),
          smoothed[rows: field + sources.lowerBound..<field + sources.upperBound], bias: nil,
          into: displacements[rows: field + rows.lowerBound..<field + rows.upperBound])
      }
    }
  }

  /// Calls `body` with bands of rows or columns, and those within reach of the taps.
  private func forEachBand(of count: Int, _ body: (Range<Int>, _ sources: Range<Int>) -> Void) {
    for first in stride(from: 0, to: count, by: bandWidth) {
      let end = min(first + bandWidth, count)
      body(first..<end, max(0, first - radius)..<min(count, end + radius))
    }
  }
}

/// The bytes of sixteen blocks of random words.
private let groupBytes = 256

/// The rows or columns that are smoothed together; with fewer, more of the taps beyond the radius are left out.
private let bandWidth = 64

/// A Gaussian's taps for the distances 0, 1, … up to 4 σ, whose sum over both sides is 1.
private func gaussian(sigma: Double) -> [Double] {
  var taps = (0...Int(4 * sigma + 0.5)).map { distance in
    Float(-Double(distance * distance) / (2 * sigma * sigma))
  }
  let count = taps.count
  taps.withUnsafeMutableBufferPointer { taps in
    guard let start = taps.baseAddress else { return }
    exponential(start, start, count: count)
  }
  let sides = taps.dropFirst()
  let sum = (sides.reversed() + taps[...0] + sides).reduce(0) { $0 + Double($1) }
  return taps.map { Double($0) / sum }
}

/// The symmetric matrix whose element depends on the distance from the diagonal.
private func fill(_ matrix: Matrix, with taps: [Float]) {
  for row in 0..<matrix.rows {
    for column in max(0, row - taps.count + 1)..<min(matrix.columns, row + taps.count) {
      matrix[row, column] = taps[abs(row - column)]
    }
  }
}
