import Images
import Networks

/// The image that excites a unit most, as far as gradient ascent finds it.
public struct PreferredInput: Sendable {
  /// The unit's index in its layer.
  public let unit: Int
  /// The image.
  public let image: GrayImage
  /// The unit's weighted sum for it, before the pixels were rounded to bytes.
  public let weightedSum: Float
}

extension Model {
  /// Images that excite units of any layer most: what `FeaturePictures` is to the first layer, this
  /// is to the deeper ones.
  ///
  /// Each maximizes the unit's weighted sum over images x with pixels from 0 to 1 and a norm ‖x‖ of at
  /// most 0.33 √(number of pixels), that of MNIST's digits: activation maximization (Erhan,
  /// Bengio, Courville, Vincent, "Visualizing higher-layer features of a deep network", 2009). It starts
  /// with an even gray of half that norm and takes 256 steps along the gradient, x ← P(x + η ∇z/‖∇z‖),
  /// where P cuts the pixels to 0…1 and shortens x to the largest norm, and η falls evenly from a tenth
  /// of that norm to 0. The best image on the way counts. Other starts may lead to other images.
  ///
  /// - Parameters:
  ///   - layer: counted from 0.
  ///   - units: indices of the layer's units.
  /// - Returns: an image for each of the units; nil where the network's inputs are no image.
  public func preferredInputs(ofLayer layer: Int, units: [Int]) -> [PreferredInput]? {
    guard let size = imageSize else { return nil }
    let network = parameters.weightedSums(ofLayer: layer)
    let batch = 64
    let gradients = InputGradients(network, capacity: max(1, min(batch, units.count)))
    return stride(from: 0, to: units.count, by: batch).flatMap { first in
      let some = Array(units[first..<min(first + batch, units.count)])
      return zip(some, ascend(some, size: size, gradients)).map { unit, best in
        PreferredInput(
          unit: unit,
          image: GrayImage(size: size, pixels: best.pixels.map { UInt8(($0 * 255).rounded()) }),
          weightedSum: best.sum)
      }
    }
  }

  /// The largest norm of a preferred input. 0.33 is the root mean square of MNIST's pixels.
  static func largestNorm(pixels: Int) -> Float { 0.33 * Float(pixels).squareRoot() }

  private func ascend(
    _ units: [Int], size: ImageSize, _ gradients: InputGradients
  ) -> [(pixels: [Float], sum: Float)] {
    let steps = 256
    let largest = Self.largestNorm(pixels: size.pixelCount)
    // An input is a pixel of 0…1 times this.
    let factor = 255 * inputScale
    let gray = largest / 2 / Float(size.pixelCount).squareRoot()
    var images = units.map { _ in [Float](repeating: gray, count: size.pixelCount) }
    var best = images.map { (pixels: $0, sum: -Float.infinity) }
    for step in 0...steps {
      let (sums, slopes) = gradients.compute(
        images.map { $0.map { $0 * factor } }, outputs: units)
      let length = largest / 10 * (1 - Float(step) / Float(steps))
      for place in units.indices {
        if sums[place] > best[place].sum { best[place] = (images[place], sums[place]) }
        let norm = Self.norm(slopes[place])
        guard norm > 0, norm.isFinite else { continue }
        for pixel in images[place].indices {
          let moved = images[place][pixel] + length * slopes[place][pixel] / norm
          images[place][pixel] = min(max(moved, 0), 1)
        }
        let own = Self.norm(images[place])
        guard own > largest else { continue }
        for pixel in images[place].indices { images[place][pixel] *= largest / own }
      }
    }
    return best
  }

  private static func norm(_ values: [Float]) -> Float {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
