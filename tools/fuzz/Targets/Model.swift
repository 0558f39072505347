import Files
import Images
import Lockstep
import Networks
import Pictures

/// Model files, as they are and with the right fingerprint and checksum.
@Sendable func attackModel(_ bytes: [UInt8]) {
  attackModelFile(bytes)
  if let mended = withFingerprints(bytes, prefixes: [""]) { attackModelFile(mended) }
}

private func attackModelFile(_ bytes: [UInt8]) {
  let path = put(bytes, "model.safetensors")
  guard let model = accepted({ try Model(contentsOf: path) }) else { return }
  expectRoundTrip(model)
  expectUsable(model)
}

/// A model is written and read again as it is.
func expectRoundTrip(_ model: Model) {
  let path = file("written.safetensors")
  let again = must("a model that was written is read") {
    try model.write(to: path)
    return try Model(contentsOf: path)
  }
  expect(again.architecture == model.architecture, "an architecture makes a round trip")
  expect(
    again.parameters.fingerprint == model.parameters.fingerprint,
    "parameters make a round trip")
  expect(
    again.inputScale == model.inputScale && again.imageSize == model.imageSize
      && again.preparation == model.preparation, "the form of inputs makes a round trip")
  expect(again.classNames == model.classNames, "names of classes make a round trip")
  expect(again.notes == model.notes, "notes make a round trip")
}

/// A small model predicts, is drawn and exported.
func expectUsable(_ model: Model) {
  let architecture = model.architecture
  guard architecture.parameterCount <= 10_000, architecture.inputs <= 1_000,
    architecture.layers.allSatisfy({ $0.outputs <= 1_000 })
  else { return }
  let pixels = [UInt8](repeating: 200, count: architecture.inputs)
  let prediction = model.predict(pixels)
  expect(prediction.probabilities.count == model.classCount, "a class has a probability")
  expect(prediction.classIndex < model.classCount, "a prediction is a class")
  if let size = model.imageSize {
    let picture = GrayImage(size: size, pixels: pixels)
    _ = accepted { try model.predict(picture) }
    _ = FeaturePictures(model: model)?.contactSheet(atMost: 4)
  }
  expect(!model.onnxBytes().isEmpty, "a model has an ONNX file")
  _ = model.run
}
