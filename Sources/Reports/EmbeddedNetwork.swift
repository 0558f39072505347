import Foundation
import Networks

/// A network in the page, for its script to run.
struct EmbeddedNetwork: Encodable, Sendable {
  /// How the numbers are written.
  enum Encoding: String, Encodable, Sendable {
    /// As they are, four bytes each.
    case float32
    /// Rounded to two bytes each, where the page would grow too large.
    case float16
  }

  let inputs: Int
  /// The factor from a byte of an image to an input.
  let inputScale: Float
  let layers: [Architecture.Layer]
  let loss: Loss
  let encoding: Encoding
  /// The weights [outputs × inputs] and biases of each layer in Base64, little-endian.
  let weights: String
  /// The units of the first hidden layer that are 0 for all training images that were looked at; nil
  /// where there is no data or no hidden layer.
  let silentUnits: [Int]?

  /// From here on, numbers have two bytes: 784-1024-256-10 is below.
  static let mostOfFourBytes = 1_100_000
  /// Beyond, a page has no weights: it would be over 10 MB.
  static let mostParameters = 4_000_000

  /// Nil for a network that is too large for a page, or whose inputs are no images.
  init?(_ model: Model, silentUnits: [Int]?) {
    let architecture = model.architecture
    guard architecture.parameterCount <= Self.mostParameters, model.imageSize != nil else {
      return nil
    }
    let values = model.parameters.tensors().map(\.values)
    // Weights beyond the range of two bytes stay as they are; no trained network has them.
    let fitsTwoBytes = values.allSatisfy { $0.allSatisfy { abs($0) < 65_000 } }
    let isLarge = architecture.parameterCount > Self.mostOfFourBytes
    encoding = isLarge && fitsTwoBytes ? .float16 : .float32
    inputs = architecture.inputs
    inputScale = model.inputScale
    layers = architecture.layers
    loss = architecture.loss
    weights = Data(Self.bytes(values, encoding)).base64EncodedString()
    self.silentUnits = architecture.layers.count > 1 ? silentUnits : nil
  }

  private static func bytes(_ values: [[Float]], _ encoding: Encoding) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.reduce(0) { $0 + $1.count } * 4)
    for value in values.joined() {
      switch encoding {
      case .float32:
        let bits = value.bitPattern
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
      case .float16:
        let bits = bitsOfHalf(value)
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      }
    }
    return bytes
  }
}

/// The bits of the nearest number of 16 bits (IEEE 754 binary16), ties to even, for a magnitude below
/// 65,520. `Float16` is not on every system that Swift runs on.
package func bitsOfHalf(_ value: Float) -> UInt16 {
  let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
  let magnitude = value.magnitude
  guard magnitude >= 0x1p-14 else {
    // Multiples of 2⁻²⁴; 1024 of them are the smallest normal number, whose bits follow.
    return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
  }
  let (bits, step) = (magnitude.bitPattern, UInt32(1) << 13)
  let rounded = bits + (step / 2 - 1) + (bits / step & 1)
  return sign | UInt16((rounded >> 13) - (112 << 10))
}
