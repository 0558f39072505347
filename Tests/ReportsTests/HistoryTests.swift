import Digits
import Foundation
import Images
import Lockstep
import Networks
import Reports
import TestSupport
import Testing
import Training

/// The first layer at the epochs that a run kept, as the page holds it.
@Suite struct HistoryTests {
  /// A run that keeps its features, and the page of what it has left.
  private struct KeptRun {
    let files: TemporaryFolder
    let run: TrainingRun
    let digits: DigitDataset
    let size: ImageSize

    init(_ settings: TrainingSettings, interval: Int? = 1, hidden: [Int] = [6]) throws {
      files = try TemporaryFolder()
      digits = try fewDigits().prepared(workers: 2)
      size = digits.train.imageSize
      run = try TrainingRun(
        digits, from: files("data"), Architecture(inputs: 784, hidden: hidden, outputs: 10),
        settings: settings, in: files("run"), workers: 2)
      run.keptFeaturesInterval = interval
    }

    func finish() throws -> WrittenPage {
      while try run.next() != nil {}
      #expect(run.finish().problems.isEmpty)
      return try page()
    }

    func page() throws -> WrittenPage {
      try WrittenPage(
        RunReport(of: run.folder, digits: digits, command: { _ in nil }, workers: 2))
    }
  }

  /// Where the palette has a weight: 127 levels to each side of 127.
  private func level(_ weight: Float, _ limit: Float) -> UInt8 {
    let share = min(1, max(-1, Double(weight) / Double(limit)))
    return UInt8(127 + (127 * share + 0.5).rounded(.down))
  }

  /// The levels of a unit of a picture at a frame.
  private func levels(
    _ picture: GrayImage, place: Int, frame: Int, of frames: Int, _ size: ImageSize
  ) -> [UInt8] {
    (0..<size.height).flatMap { row in
      (0..<size.width).map { picture[row * frames + frame, place * size.width + $0] }
    }
  }

  @Test func `each kept epoch but the last is in the page, on the scale of the network`() throws {
    let kept = try KeptRun(TrainingSettings(epochs: 4), interval: 2)
    let history = try kept.finish().part("history")
    #expect(history["epochs"] as? [Int] == [0, 2, 4])
    #expect(history["keptCount"] as? Int == 3)
    #expect(history["lastName"] == nil)
    let pictures = try #require(history["pictures"] as? [String])
    let bytes = try #require(pictures.first.flatMap { Data(base64Encoded: $0) })
    let picture = try GrayImage(pngBytes: Array(bytes))
    #expect(pictures.count == 1)
    #expect(picture.size == ImageSize(height: 28 * 2, width: 28 * 6))

    let model = try Model(contentsOfRunOrFile: kept.run.folder.path)
    let weights = try #require(model.parameters.tensors().first?.values)
    let magnitudes = weights.map(\.magnitude).filter { $0 > 0 }.sorted()
    let limit = magnitudes[magnitudes.count - 1 - magnitudes.count / 1000]
    let norms = (0..<6).map { unit in
      weights[unit * 784..<(unit + 1) * 784].reduce(0.0) { $0 + Double($1) * Double($1) }
    }
    let units = try #require(history["units"] as? [Int])
    #expect(units == (0..<6).sorted { norms[$0] > norms[$1] })
    for (frame, epoch) in [0, 2].enumerated() {
      let layer = try kept.run.folder.keptFeatures.weights(ofEpoch: epoch, model.architecture)
      for (place, unit) in units.enumerated() {
        let wanted = layer[unit * 784..<(unit + 1) * 784].map { level($0, limit) }
        #expect(
          levels(picture, place: place, frame: frame, of: 2, kept.size) == wanted,
          "unit \(unit) of epoch \(epoch)")
      }
    }
  }

  @Test func `a run that kept nothing has no history`() throws {
    let page = try KeptRun(TrainingSettings(epochs: 2), interval: nil).finish()
    #expect(page.report["history"] == nil)
  }

  @Test func `a run interrupted within an epoch ends with the network of the page`() throws {
    let kept = try KeptRun(TrainingSettings(epochs: 5))
    kept.run.checkpointInterval = .steps(3)
    var epochs = 0
    events: while let event = try kept.run.next() {
      switch event {
      case .epoch: epochs += 1
      case .progress where epochs == 2: break events
      default: break
      }
    }
    #expect(kept.run.suspend().isEmpty)
    let history = try kept.page().part("history")
    #expect(history["epochs"] as? [Int] == [0, 1, 2, 2])
    #expect(history["lastName"] as? String == "within epoch 3")
  }

  @Test func `after early stopping the last frame is said to have the best weights`() throws {
    let kept = try KeptRun(
      TrainingSettings(epochs: 3, validationCount: 60, patience: 2))
    let history = try kept.finish().part("history")
    #expect(history["lastName"] as? String == "the weights of the lowest validation loss")
    #expect((history["epochs"] as? [Int])?.first == 0)
  }

  @Test func `of a wide layer, the page has the units that it draws first`() throws {
    let kept = try KeptRun(TrainingSettings(epochs: 1), hidden: [170])
    let history = try kept.finish().part("history")
    let units = try #require(history["units"] as? [Int])
    #expect(units.count == 160 && Set(units).count == 160 && units.contains { $0 >= 160 })
    let pictures = try #require(history["pictures"] as? [String])
    #expect(pictures.count == 3 && history["unitsPerPicture"] as? Int == 73)
  }

  @Test func `a broken file of kept features is told, and costs nothing else`() throws {
    let kept = try KeptRun(TrainingSettings(epochs: 2))
    _ = try kept.finish()
    try kept.files.write("no tensors", to: "run/features/epoch-0001.safetensors")
    let page = try kept.page()
    #expect(page.report["history"] == nil && page.report["network"] != nil)
    let notes = try #require(page.report["notes"] as? [String])
    #expect(notes.contains { $0.contains("kept features") })
  }
}
