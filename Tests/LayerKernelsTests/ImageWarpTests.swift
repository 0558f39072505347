import Foundation
import Kernels
import LayerKernels
import TestSupport
import Testing

/// The redrawing of images at other places.
@Suite struct ImageWarpTests {
  static let sizes = [(1, 1), (5, 40), (28, 28), (16, 15), (2, 65), (280, 280), (31, 14)]

  private func image(height: Int, width: Int, seed: Int) -> [UInt8] {
    var numbers = TestNumbers(seed: seed)
    return (0..<height * width).map { _ in
      Bool.random(using: &numbers) ? 0 : UInt8.random(in: 0...255, using: &numbers)
    }
  }

  private func redrawn(
    _ bytes: [UInt8], offset: Int = 0, height: Int, width: Int, _ map: PixelMap,
    field: ElasticField? = nil
  ) -> [UInt8] {
    let warp = ImageWarp(height: height, width: width)
    let field = field ?? ElasticField(alpha: 0, sigma: 1, height: height, width: width)
    warp.redraw(bytes: bytes, offset: offset, map: map, field: field)
    return Array(warp.pixels.prefix(height * width))
  }

  @Test(arguments: sizes)
  func `the identity leaves every byte as it is`(size: (Int, Int)) {
    let (height, width) = size
    let bytes = image(height: height, width: width, seed: 1)
    #expect(redrawn(bytes, height: height, width: width, .identity) == bytes)
  }

  @Test(arguments: sizes)
  func `a shift by whole pixels moves bytes, and zeros come in`(size: (Int, Int)) {
    let (height, width) = size
    let bytes = image(height: height, width: width, seed: 2)
    for (right, down) in [(1, 0), (0, 1), (-2, 3), (width, 0), (-width - 5, 0), (0, 9999)] {
      let map = PixelMap(
        column: (1, 0), row: (0, 1), origin: (-Double(right), -Double(down)))
      let expected: [UInt8] = (0..<height * width).map { pixel in
        let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
        let (y, x) = (row - down, column - right)
        return 0..<height ~= y && 0..<width ~= x ? bytes[y * width + x] : 0
      }
      #expect(redrawn(bytes, height: height, width: width, map) == expected, "\(right), \(down)")
    }
  }

  /// The documented value of a pixel.
  private func documented(
    _ bytes: [UInt8], height: Int, width: Int, row: Int, column: Int, _ map: PixelMap,
    displacement: (right: Float, down: Float)
  ) -> UInt8 {
    func place(
      _ origin: Double, _ perRow: Double, _ perColumn: Double, _ displacement: Float, side: Int
    ) -> Int {
      let start = Float(256 * (1 + (origin + Double(row) * perRow)) + 0.5)
      let place = start.addingProduct(Float(column), Float(256 * perColumn)) + displacement
      return Int(min(max(place, 0), Float(256 * (side + 1))))
    }
    let x = place(map.origin.x, map.row.x, map.column.x, displacement.right, side: width)
    let y = place(map.origin.y, map.row.y, map.column.y, displacement.down, side: height)
    func pixel(_ down: Int, _ right: Int) -> Int {
      let (row, column) = (y / 256 - 1 + down, x / 256 - 1 + right)
      return 0..<height ~= row && 0..<width ~= column ? Int(bytes[row * width + column]) : 0
    }
    let upper = 256 * pixel(0, 0) + x % 256 * (pixel(0, 1) - pixel(0, 0))
    let lower = 256 * pixel(1, 0) + x % 256 * (pixel(1, 1) - pixel(1, 0))
    return UInt8((256 * upper + y % 256 * (lower - upper) + 32768) / 65536)
  }

  static let maps = [
    PixelMap(column: (1, 0), row: (0, 1), origin: (0.3, -0.7)),
    PixelMap(column: (0.9, 0.3), row: (-0.3, 0.9), origin: (4, -2)),
    PixelMap(column: (-1.5, 0.1), row: (0.25, 2.5), origin: (30, 1.5)),
    PixelMap(column: (0, 0), row: (0, 0), origin: (1.25, 1.75)),
    PixelMap(column: (1e4, -1e4), row: (1e4, 1e4), origin: (-1e5, 1e5)),
  ]

  @Test(arguments: sizes, maps.indices)
  func `pixels have the documented values`(size: (Int, Int), map: Int) {
    let (height, width) = size
    let map = Self.maps[map]
    let field = ElasticField(alpha: 60, sigma: 3, height: height, width: width)
    // The image behind another one.
    let bytes = image(height: height, width: width, seed: 3)
    let found = redrawn(
      [7, 7, 7] + bytes, offset: 3, height: height, width: width, map, field: field)
    field.draw(seed: 1, purpose: 5, epoch: 2, sample: 3, firstBlock: 16)
    let displaced = redrawn(bytes, height: height, width: width, map, field: field)
    for row in 0..<height {
      for column in 0..<width {
        #expect(
          found[row * width + column]
            == documented(
              bytes, height: height, width: width, row: row, column: column, map,
              displacement: (0, 0)))
        #expect(
          displaced[row * width + column]
            == documented(
              bytes, height: height, width: width, row: row, column: column, map,
              displacement: (field.right[row, column], field.down[row, column])))
      }
    }
  }

  @Test func `an image does not show through in the next one`() {
    let warp = ImageWarp(height: 9, width: 11)
    let field = ElasticField(alpha: 0, sigma: 1, height: 9, width: 11)
    let map = PixelMap(column: (1, 0), row: (0, 1), origin: (0.5, 0.5))
    let black = [UInt8](repeating: 0, count: 99)
    warp.redraw(
      bytes: [UInt8](repeating: 255, count: 99), offset: 0, map: map, field: field)
    #expect(warp.pixels.prefix(99).contains(255))
    warp.redraw(bytes: black, offset: 0, map: map, field: field)
    #expect(Array(warp.pixels.prefix(99)) == black)
  }
}
