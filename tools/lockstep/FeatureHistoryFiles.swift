import Files
import Lockstep
import Networks
import NumberText
import Pictures

extension FeaturesCommand {
  /// Writes the film strip and the animation of a run that kept its features.
  func writeHistory(of model: Model, to output: String) throws {
    let kept = RunFolder(ofModel: self.model).keptFeatures
    let epochs = kept.epochs
    guard let last = epochs.last else {
      throw FileProblem(
        .noInput, file: self.model, expected: "features of some epochs", found: "none",
        hint: "train with --features-every 1")
    }
    let inputs = model.architecture.inputs
    let final = try kept.weights(ofEpoch: last, model.architecture)
    let units = try units?.numbers ?? usualUnits(of: model, final)
    guard let size = model.imageSize, units.count <= Self.mostRows else {
      throw UsageProblem("a film strip of \(units.count) units; choose at most \(Self.mostRows)")
    }
    let keptCount = final.count / inputs
    if let unit = units.first(where: { $0 >= keptCount }) {
      throw UsageProblem("--units \(unit): the run kept the first \(grouped(keptCount)) units")
    }

    let shown = spread(epochs, atMost: Self.mostFrames)
    var weights: [[Float]] = []
    for epoch in shown {
      let layer = try kept.weights(ofEpoch: epoch, model.architecture)
      weights.append(units.flatMap { layer[$0 * inputs..<($0 + 1) * inputs] })
    }
    let names = model.unitNames(ofLayer: 0)
    let history = FeatureHistory(
      epochs: shown, units: units, weights: weights, size: size,
      names: names.isEmpty ? [] : units.map { names[$0] }, scale: scale, palette: palette)
    let strip = history.filmStrip(zoom: zoom)
    guard max(strip.size.width, strip.size.height) <= Self.sheetLimit else {
      throw UsageProblem("a film strip of \(strip.size) pixels is too large; use a smaller --zoom")
    }
    try makeFolder(output)
    try writeDurably(try strip.pngBytes(), to: "\(output)/film-strip.png")
    let animation = try Picture.animatedPNGBytes(of: history.frames(zoom: zoom))
    try writeDurably(animation, to: "\(output)/animation.png")
    print(
      "film-strip.png (\(strip.size.width) × \(strip.size.height)) and animation.png "
        + "(\(grouped(shown.count)) epochs) of \(grouped(units.count)) units in \(output)")
  }

  /// The most units of a film strip.
  private static let mostRows = 256
  /// The most frames of an animation.
  private static let mostFrames = 240

  /// The first units by the order that was asked for, among those that were kept.
  private func usualUnits(of model: Model, _ weights: [Float]) throws -> [Int] {
    guard let pictures = FeaturePictures(model: model) else { return [] }
    let keptCount = weights.count / model.architecture.inputs
    let order = order ?? model.usualOrder(ofLayer: 0)
    return Array(pictures.indices(in: order).filter { $0 < keptCount }.prefix(count ?? 16))
  }

  /// Some of the epochs, evenly spread, the first and the last one among them.
  private func spread(_ epochs: [Int], atMost count: Int) -> [Int] {
    guard epochs.count > count else { return epochs }
    return (0..<count).map { epochs[$0 * (epochs.count - 1) / (count - 1)] }
  }
}
