import Digits
import Foundation
import Images
import Networks

/// Test images in the page: all of a small set; of a large one those that the network names wrong, the
/// worst first, and some of each class that it names right.
struct EmbeddedImages: Encodable, Sendable {
  /// A PNG picture of all images, row by row, in Base64.
  let sprite: String
  /// The number of images in a row of the sprite.
  let columns: Int
  /// The places of the images in the test set, ascending.
  let numbers: [Int]
  /// The true class of each image.
  let truths: [UInt8]
  /// The class that the network names for each image.
  let predictions: [Int]
  /// Those that the network gives the least probability to be what they are, as indices into `numbers`.
  let worst: [Int]
  /// The probabilities of all classes for each of `worst`.
  let worstProbabilities: [[Float]]

  /// The images that are named right of each class, where not all images find room.
  private static let mostRightPerClass = 48
  /// The images of the gallery.
  private static let mostWorst = 24

  /// The pixels of all images together, but for the 24 that are always taken.
  private static let pixelBudget = 2000 * 784

  /// Nil where the images cannot be written as PNG.
  init?(_ verdicts: Verdicts) {
    let digits = verdicts.digits
    let worst = verdicts.worst
    let budget = max(Self.mostWorst, Self.pixelBudget / digits.pixelsPerImage)
    numbers = Self.choice(verdicts, worst: worst, budget: budget)
    truths = numbers.map { digits.labels[$0] }
    predictions = numbers.map { verdicts.predictions[$0] }
    let places = Dictionary(uniqueKeysWithValues: zip(numbers, 0...))
    let shown = worst.prefix(Self.mostWorst)
    self.worst = shown.compactMap { places[$0] }
    worstProbabilities = shown.map { verdicts.probabilities[$0] }
    columns = max(1, min(32, numbers.count))
    guard let bytes = try? Self.sprite(digits, numbers, columns: columns).pngBytes() else {
      return nil
    }
    sprite = Data(bytes).base64EncodedString()
  }

  private static func choice(_ verdicts: Verdicts, worst: [Int], budget: Int) -> [Int] {
    let count = verdicts.digits.count
    guard count > budget else { return Array(0..<count) }
    let wrong = worst.prefix(budget * 3 / 4)
    let classes = verdicts.model.classCount
    let perClass = min(mostRightPerClass, (budget - wrong.count) / classes)
    var left = [Int](repeating: perClass, count: classes)
    let right = verdicts.images(namedRight: true).filter { image in
      left[verdicts.predictions[image]] -= 1
      return left[verdicts.predictions[image]] >= 0
    }
    return (wrong + right).sorted()
  }

  /// All images in one, as the network sees them.
  private static func sprite(_ digits: DigitSet, _ numbers: [Int], columns: Int) -> GrayImage {
    let (height, width) = (digits.height, digits.width)
    let rows = max(1, (numbers.count + columns - 1) / columns)
    let size = ImageSize(height: rows * height, width: columns * width)
    var pixels = [UInt8](repeating: 0, count: size.pixelCount)
    for (place, number) in numbers.enumerated() {
      let image = digits.pixels(ofImage: number)
      let origin = place / columns * height * size.width + place % columns * width
      for row in 0..<height {
        let (start, source) = (origin + row * size.width, image.startIndex + row * width)
        pixels.replaceSubrange(start..<start + width, with: image[source..<source + width])
      }
    }
    return GrayImage(size: size, pixels: pixels)
  }
}
