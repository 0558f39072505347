import Images
import Kernels
import LayerKernels
import Randomness

extension Augmentation {
  /// The random rotation, scales, shear and shift of an image, as a map from each pixel to the place that its value comes
  /// from: the inverse of what happens to the image.
  ///
  /// - Parameters:
  ///   - size: that of the image; its middle stays where it is, but for the shift.
  ///   - sample: the number of the sample in the training set.
  ///   - epoch: counted from 0.
  ///   - seed: the seed of the training.
  /// - Returns: the map.
  package func pixelMap(_ size: ImageSize, sample: Int, epoch: Int, seed: UInt64) -> PixelMap {
    let random = Philox(seed: seed, purpose: .distortion, epoch: UInt32(epoch))
    let first = random.block(UInt64(sample) << 32)
    let second = random.block(UInt64(sample) << 32 | 1)
    let (cosine, sine) = cosineAndSine(ofDegrees: rotation * symmetric(first.0))
    let slant = cosineAndSine(ofDegrees: shear * symmetric(first.1))
    let slope = slant.sine / slant.cosine
    let width = 1 + scale * symmetric(first.2)
    let height = 1 + scale * symmetric(first.3)
    // The image is scaled, sheared, rotated and shifted; the map undoes it from the last to the first.
    let column = (x: (cosine + slope * sine) / width, y: -sine / height)
    let row = (x: (sine - slope * cosine) / width, y: cosine / height)
    let middle = (x: Double(size.width - 1) / 2, y: Double(size.height - 1) / 2)
    let shifted = (
      x: middle.x + shift * symmetric(second.0), y: middle.y + shift * symmetric(second.1)
    )
    return PixelMap(
      column: column, row: row,
      origin: (
        x: middle.x - (shifted.x * column.x + shifted.y * row.x),
        y: middle.y - (shifted.x * column.y + shifted.y * row.y)
      ))
  }
}

/// A number of the uniform distribution in ±1 without its ends: one of 2^32 that lie symmetrically, exactly.
private func symmetric(_ word: UInt32) -> Double {
  Double(2 * UInt64(word) + 1) * 0x1p-32 - 1
}

/// cos and sin of an angle in ±180 degrees, by the cosine whose bits are defined.
private func cosineAndSine(ofDegrees angle: Double) -> (cosine: Double, sine: Double) {
  let halfTurns = abs(angle) / 180
  let sine = cosine(ofPi: abs(halfTurns - 0.5))
  return (cosine(ofPi: halfTurns), angle < 0 ? -sine : sine)
}
