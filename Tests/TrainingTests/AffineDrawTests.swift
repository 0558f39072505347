import Foundation
import Images
import LayerKernels
import TestSupport
import Testing
import Training

/// The random affine maps of distortions. Draws are fixed, so these pass or fail for ever.
@Suite struct AffineDrawTests {
  private static let size = ImageSize(height: 28, width: 28)
  private static let count = 2000

  private func maps(_ augmentation: Augmentation, epoch: Int = 0, seed: UInt64 = 1) -> [PixelMap] {
    (0..<Self.count).map {
      augmentation.pixelMap(Self.size, sample: $0, epoch: epoch, seed: seed)
    }
  }

  /// Expects numbers of the uniform distribution in ±limit: their mean, their variance and their ends.
  private func expectUniform(_ numbers: [Double], limit: Double) {
    let count = Double(numbers.count)
    #expect(numbers.allSatisfy { abs($0) < limit * (1 + 1e-12) })
    // Five standard deviations: the variance is limit²/3, that of the squares 4 limit⁴/45.
    let mean = numbers.reduce(0, +) / count
    #expect(abs(mean) < 5 * limit * (1 / (3 * count)).squareRoot())
    let square = numbers.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(square - limit * limit / 3) < 5 * limit * limit * (4 / (45 * count)).squareRoot())
    // One in a million would have no number in the last two per cent of either end.
    #expect(numbers.contains { $0 > 0.98 * limit } && numbers.contains { $0 < -0.98 * limit })
  }

  @Test(arguments: [15.0, 180])
  func `rotations have uniform angles around the middle`(limit: Double) {
    let maps = maps(Augmentation(rotation: limit))
    expectUniform(
      maps.map { atan2(-$0.column.y, $0.column.x) * 180 / .pi }, limit: limit)
    for map in maps {
      #expect(abs(map.column.x - map.row.y) < 1e-14 && abs(map.column.y + map.row.x) < 1e-14)
      let middle = (
        x: 13.5 * (map.column.x + map.row.x) + map.origin.x,
        y: 13.5 * (map.column.y + map.row.y) + map.origin.y
      )
      #expect(abs(middle.x - 13.5) < 1e-13 && abs(middle.y - 13.5) < 1e-13)
    }
  }

  @Test func `heights and widths are scaled by uniform factors of their own`() {
    let maps = maps(Augmentation(scale: 0.2))
    let widths = maps.map { 1 / $0.column.x - 1 }
    let heights = maps.map { 1 / $0.row.y - 1 }
    expectUniform(widths, limit: 0.2)
    expectUniform(heights, limit: 0.2)
    #expect(maps.allSatisfy { $0.column.y == 0 && $0.row.x == 0 })
    let products = zip(widths, heights).map { $0 * $1 }
    // The product of two independent numbers has the variance 0.2⁴/9.
    let bound = 5 * 0.04 / 3 / Double(Self.count).squareRoot()
    #expect(abs(products.reduce(0, +) / Double(Self.count)) < bound)
  }

  @Test func `shears slant vertical lines by uniform angles`() {
    let maps = maps(Augmentation(shear: 20))
    expectUniform(maps.map { atan(-$0.row.x) * 180 / .pi }, limit: 20)
    #expect(maps.allSatisfy { $0.column.x == 1 && $0.column.y == 0 && $0.row.y == 1 })
  }

  @Test func `shifts are uniform in both directions`() {
    let maps = maps(Augmentation(shift: 3))
    expectUniform(maps.map { -$0.origin.x }, limit: 3)
    expectUniform(maps.map { -$0.origin.y }, limit: 3)
    #expect(maps.allSatisfy { $0.column == (1, 0) && $0.row == (0, 1) })
  }

  @Test func `without strengths the map is the identity`() {
    #expect(maps(.none).allSatisfy { $0 == .identity })
    #expect(maps(Augmentation(elasticAlpha: 34)).allSatisfy { $0 == .identity })
  }

  @Test func `each sample, epoch and seed has a map of its own`() {
    let augmentation = Augmentation(rotation: 15)
    let angles = [(0, 1), (1, 1), (0, 2)].flatMap { epoch, seed in
      maps(augmentation, epoch: epoch, seed: UInt64(seed)).map(\.column.y)
    }
    #expect(Set(angles).count == 3 * Self.count)
  }

  @Test func `a distortion draws the same beside others`() {
    let alone = maps(Augmentation(shift: 3)).map(\.origin.x)
    let beside = maps(Augmentation(shift: 3, elasticAlpha: 34)).map(\.origin.x)
    #expect(alone == beside)
    let angles = maps(Augmentation(rotation: 15)).map(\.column.y)
    #expect(angles == maps(Augmentation(rotation: 15, shift: 3)).map(\.column.y))
  }
}
