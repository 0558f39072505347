import CProcessor
import Kernels

/// Redraws images of one size: each pixel takes the value at another place of the image, by bilinear interpolation
/// between the four pixels around it. Outside of the image all is 0.
///
/// Positions are rounded to 2^−8 pixels; the rest is whole numbers. docs/arithmetic.md has the formulas.
public final class ImageWarp {
  /// The last image that was redrawn, [height × width], and some bytes behind it.
  public private(set) var pixels: [UInt8]

  private let height: Int
  private let width: Int
  /// The image as it was, and as much behind it as a vector reaches.
  private let source: Block<UInt8>
  /// The image with a border of zeros: one row and column before it, two behind it.
  private let bordered: Block<UInt8>
  private let borderedStride: Int
  private let cells: Block<UInt32>
  private let cellStride: Int
  private let placeBlock: Block<Int32>
  private let placeStride: Int

  /// Memory for images of a size.
  ///
  /// - Parameters:
  ///   - height: the rows of an image.
  ///   - width: its columns.
  public init(height: Int, width: Int) {
    precondition(height > 0 && width > 0, "an image of \(height) × \(width)")
    self.height = height
    self.width = width
    pixels = Array(repeating: 0, count: height * width + laneCount)
    source = Block(count: height * width + laneCount)
    cellStride = paddedToLanes(width + 2)
    borderedStride = cellStride + laneCount
    bordered = Block(count: (height + 3) * borderedStride)
    cells = Block(count: (height + 2) * cellStride)
    placeStride = paddedToLanes(width)
    placeBlock = Block(count: 3 * height * placeStride)
  }

  /// Redraws an image; the result is in `pixels`.
  ///
  /// - Parameters:
  ///   - bytes: the pixels of one or more images.
  ///   - offset: the image's first pixel.
  ///   - map: the place that each pixel takes its value from.
  ///   - field: what is added to that place.
  public func redraw(bytes: [UInt8], offset: Int, map: PixelMap, field: ElasticField) {
    precondition(
      field.right.rows == height && field.right.columns == width,
      "a field of \(field.right.rows) × \(field.right.columns) for \(height) × \(width) pixels")
    pack(bytes, offset: offset)
    find(map, field)
    warp_fetch(cells.start, Int64(height * placeStride), placeBlock.start)
    pixels.withUnsafeMutableBufferPointer { pixels in
      guard let start = pixels.baseAddress else { return }
      // A row's last vector reaches into the next row, which is written after it.
      for row in 0..<height {
        warp_interpolate(places(ofRow: row), Int64(width), start + row * width)
      }
    }
  }

  private func pack(_ bytes: [UInt8], offset: Int) {
    let count = height * width
    precondition(offset >= 0 && offset + count <= bytes.count, "an image beyond the last byte")
    bytes.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      source.start.update(from: start + offset, count: count)
    }
    for row in 0..<height {
      warp_copy_row(
        source.start + row * width, Int64(width), bordered.start + (row + 1) * borderedStride + 1)
    }
    for row in 0..<height + 2 {
      let above = bordered.start + row * borderedStride
      warp_pack_cells(
        above, above + borderedStride, Int64(width + 2), cells.start + row * cellStride)
    }
  }

  private func find(_ map: PixelMap, _ field: ElasticField) {
    let unit = Double(1 << Int(warp_fraction_bits))
    for row in 0..<height {
      // From the border's first pixel, and raised by ½, as the fraction is cut off.
      let x = unit * (1 + (map.origin.x + Double(row) * map.row.x)) + 0.5
      let y = unit * (1 + (map.origin.y + Double(row) * map.row.y)) + 0.5
      warp_find(
        warp_positions(
          x: Float(x), x_step: Float(unit * map.column.x), y: Float(y),
          y_step: Float(unit * map.column.y), right: field.right.row(row), down: field.down.row(row)
        ),
        Int64(width), Int64(height), Int64(width), Int32(cellStride), places(ofRow: row))
    }
  }

  private func places(ofRow row: Int) -> warp_places {
    let start = placeBlock.start + row * placeStride
    let count = height * placeStride
    return warp_places(cells: start, right: start + count, down: start + 2 * count)
  }
}
