import Digits
import Images
import Networks
import Training

extension Model {
  /// The images that excite the units of a layer most: those with the largest weighted sums. Images for
  /// which a rectifier or a threshold is 0 do not excite it; a dead unit has no example.
  ///
  /// - Parameters:
  ///   - layer: counted from 0.
  ///   - digits: images that `matched` returned.
  ///   - units: the units that are asked for.
  ///   - count: the most images of each unit.
  ///   - workers: the number of threads; it never changes the result.
  /// - Returns: for each unit the numbers of its images, the most exciting one first. Of equals the
  ///   earlier one comes first.
  public func mostExcitingImages(
    ofLayer layer: Int = 0, in digits: DigitSet, units: [Int], count: Int = 9, workers: Int
  ) -> [Int: [Int]] {
    let network = parameters.weightedSums(ofLayer: layer)
    let width = network.architecture.outputs
    let isFloored = architecture.layers[layer].activation.canBeSilent
    var best = [[(sum: Float, image: Int)]](repeating: [], count: units.count)
    // As many at a time as give some 16 MB of sums.
    let part = min(max((1 << 22) / width, 16), 4096)
    let pixels = digits.pixelsPerImage
    for first in stride(from: 0, to: digits.count, by: part) {
      let images = first..<min(first + part, digits.count)
      let samples = SampleSet(
        inputs: .bytes(
          Array(digits.images[images.lowerBound * pixels..<images.upperBound * pixels]),
          scale: inputScale),
        inputWidth: pixels,
        targets: .vectors(
          [Float](repeating: 0, count: images.count * width), width: width), count: images.count)
      let sums = network.outputs(for: samples, workers: workers)
      for (place, unit) in units.enumerated() {
        for image in images {
          let sum = sums[image - first][unit]
          guard !isFloored || sum > 0, sum.isFinite else { continue }
          if let last = best[place].last, best[place].count == count, sum <= last.sum { continue }
          let rank = best[place].firstIndex { $0.sum < sum } ?? best[place].count
          best[place].insert((sum, image), at: rank)
          if best[place].count > count { best[place].removeLast() }
        }
      }
    }
    return Dictionary(
      zip(units, best.map { $0.map(\.image) }), uniquingKeysWith: { first, _ in first })
  }
}

extension DigitSet {
  /// One image of the set.
  ///
  /// - Parameter index: which one, 0 ..< `count`.
  /// - Returns: its pixels as they are in the set.
  public func image(_ index: Int) -> GrayImage {
    GrayImage(size: imageSize, pixels: Array(pixels(ofImage: index)))
  }
}
