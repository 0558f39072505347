import Files
import Foundation
import Images
import Lockstep
import Networks
import Pictures

/// The first layer at the epochs that a run kept, as frames of the page's slider. The last frame is the
/// network of the page; the others are pictures of the weights on its scale.
///
/// A byte of a picture is 127 + the weight's level of −127…127, or 255 for what is not a number. Row r
/// of all units of a picture stands at row r · frames + frame, the units side by side: above a byte is
/// that of the frame before, which PNG's filters subtract.
struct EmbeddedHistory: Encodable, Sendable {
  /// The epochs of the frames, ascending.
  let epochs: [Int]
  /// What the last frame is, where it is not the end of its epoch.
  let lastName: String?
  /// How many frames the run has.
  let keptCount: Int
  /// The numbers of the units in the pictures.
  let units: [Int]
  /// The number of units in a picture; the last one may have fewer.
  let unitsPerPicture: Int
  /// PNG pictures in Base64.
  let pictures: [String]

  /// The most units: as many as the page draws before a button asks for the rest.
  private static let mostUnits = 160
  /// The most bytes of all pictures in Base64.
  static let pictureBudget = 1_900_000
  /// The most frames, and the most rows of a picture, which browsers of phones can draw.
  private static let (mostFrames, mostRows) = (120, 8192)
  /// The width that pictures have, if a unit is not wider.
  private static let usualWidth = 2048

  /// Reads what a run kept. Nil where nothing was kept before the network of the page, or not even
  /// one epoch finds room.
  ///
  /// - Parameters:
  ///   - kept: the weights of some epochs.
  ///   - model: the network of the page.
  ///   - record: the record of the run.
  /// - Throws: what is wrong with a file.
  init?(_ kept: KeptFeatures, of model: Model, _ record: RunRecord) throws(FileProblem) {
    let architecture = model.architecture
    let epochsOfModel = model.run?.epochs ?? record.epochs
    let keptEpochs = kept.epochs.filter { $0 <= epochsOfModel }
    guard let last = keptEpochs.last, let size = model.imageSize,
      let weights = model.parameters.tensors().first?.values
    else { return nil }
    let layer = FirstLayer(
      size: size, limit: robustLimit(weights),
      keptCount: min(architecture.layers[0].outputs, KeptFeatures.mostUnits),
      units: Self.firstUnits(of: weights, architecture))
    // A run that was interrupted within an epoch has gone on since it kept the last one.
    let isLastKept = isSame(
      try kept.weights(ofEpoch: last, architecture), weights.prefix(layer.valueCount))
    let earlier = isLastKept ? Array(keptEpochs.dropLast()) : keptEpochs
    let most = min(earlier.count, Self.mostFrames, Self.mostRows / size.height)
    guard layer.limit > 0, most > 0 else { return nil }

    let read = FeatureHistory.places(of: earlier.count, atMost: most).map { earlier[$0] }
    var frames: [[UInt8]] = []
    for epoch in read {
      frames.append(layer.levels(try kept.weights(ofEpoch: epoch, architecture)))
    }
    unitsPerPicture = max(1, Self.usualWidth / size.width)
    guard let fitting = layer.fitting(frames, unitsPerPicture, budget: Self.pictureBudget) else {
      return nil
    }
    pictures = fitting.pictures
    epochs = fitting.places.map { read[$0] } + [isLastKept ? last : epochsOfModel]
    lastName =
      isLastKept
      ? record.settings.patience != nil && record.status == .finished
        ? "the weights of the lowest validation loss" : nil
      : "within epoch \(epochsOfModel + 1)"
    keptCount = earlier.count + 1
    units = layer.units
  }

  /// The units that the page draws first, as far as the run kept them: those of the largest norm, or
  /// the first templates of a linear network.
  private static func firstUnits(of weights: [Float], _ architecture: Architecture) -> [Int] {
    let (inputs, count) = (architecture.inputs, architecture.layers[0].outputs)
    let norms = (0..<count).map { unit in
      weights[unit * inputs..<(unit + 1) * inputs].reduce(0.0) { $0 + Double($1) * Double($1) }
    }
    let ordered =
      architecture.layers.count == 1
      ? Array(0..<count) : (0..<count).sorted { (norms[$1], $0) < (norms[$0], $1) }
    return ordered.prefix(mostUnits).filter { $0 < KeptFeatures.mostUnits }
  }
}

/// Whether weights are others rounded to bfloat16.
private func isSame(_ rounded: [Float], _ weights: some Sequence<Float>) -> Bool {
  zip(rounded, weights).allSatisfy { abs($0 - $1) <= max(abs($1) * 0x1p-8, 0x1p-126) }
}

/// The layer whose weights become pictures.
private struct FirstLayer {
  let size: ImageSize
  /// The magnitude of weight at the ends of the scale.
  let limit: Float
  /// The number of units that the run kept, from the first one on.
  let keptCount: Int
  /// Those of them that are shown.
  let units: [Int]

  var valueCount: Int { keptCount * size.pixelCount }

  /// The shown units' indices into the page's signed palette; `signedLevels` of colors.js is the same.
  func levels(_ weights: [Float]) -> [UInt8] {
    units.flatMap { unit in
      weights[unit * size.pixelCount..<(unit + 1) * size.pixelCount].map { weight in
        guard weight.isFinite else { return UInt8(255) }
        let share = min(1, max(-1, Double(weight) / Double(limit)))
        return UInt8(127 + (127 * share + 0.5).rounded(.down))
      }
    }
  }

  /// The pictures of as many of the frames as fit, and the places of these frames; nil where not even
  /// one fits.
  func fitting(
    _ frames: [[UInt8]], _ unitsPerPicture: Int, budget: Int
  ) -> (places: [Int], pictures: [String])? {
    // A sample of the units tells about how many frames fit, without packing all of them in vain.
    let unitCount = units.count
    let sampled = min(unitCount, 16)
    let sample = (0..<sampled).map { $0 * unitCount / sampled }
    var count = frames.count
    while count > 0 {
      let places = FeatureHistory.places(of: frames.count, atMost: count)
      let chosen = places.map { frames[$0] }
      guard let part = picture(of: sample, chosen) else { return nil }
      var length = part.count * unitCount / sampled
      if length <= budget {
        let pictures = stride(from: 0, to: unitCount, by: unitsPerPicture).compactMap { first in
          picture(of: Array(first..<min(unitCount, first + unitsPerPicture)), chosen)
        }
        length = pictures.reduce(0) { $0 + $1.count }
        if length <= budget { return (places, pictures) }
      }
      count = min(count - 1, count * budget / length + 1)
    }
    return nil
  }

  /// A picture in Base64 of the units at some places; nil where it cannot be written as PNG.
  private func picture(of places: [Int], _ frames: [[UInt8]]) -> String? {
    let (width, height) = (size.width, size.height)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(places.count * size.pixelCount * frames.count)
    for row in 0..<height {
      for frame in frames {
        for place in places {
          let start = place * size.pixelCount + row * width
          pixels += frame[start..<start + width]
        }
      }
    }
    let image = GrayImage(
      size: ImageSize(height: height * frames.count, width: places.count * width), pixels: pixels)
    return (try? image.pngBytes()).map { Data($0).base64EncodedString() }
  }
}
