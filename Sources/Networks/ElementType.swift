extension Safetensors {
  /// The element type of a tensor in a file. Whatever it is, the values become floats.
  public enum ElementType: String, CaseIterable, Sendable {
    /// 16 bits with 11 significant ones, IEEE 754's binary16. Every value is a float.
    case float16 = "F16"
    /// 16 bits with 8 significant ones: the upper half of a float.
    case bfloat16 = "BF16"
    /// 32 bits, the floats of this package.
    case float32 = "F32"
    /// 64 bits. A value is rounded to the nearest float, one beyond the range to an infinity.
    case float64 = "F64"

    /// The bytes of one value.
    var byteCount: Int {
      switch self {
      case .float16, .bfloat16: 2
      case .float32: 4
      case .float64: 8
      }
    }

    /// The values that lie in a file, little-endian, as floats.
    func floats(in bytes: [UInt8], from start: Int, count: Int) -> [Float] {
      var values = [Float](repeating: 0, count: count)
      for index in 0..<count {
        let position = start + index * byteCount
        switch self {
        case .float16: values[index] = float(ofBinary16: word(bytes, position))
        case .bfloat16: values[index] = Float(bitPattern: UInt32(word(bytes, position)) << 16)
        case .float32: values[index] = Float(bitPattern: doubleWord(bytes, position))
        case .float64:
          let low = UInt64(doubleWord(bytes, position))
          let high = UInt64(doubleWord(bytes, position + 4))
          values[index] = Float(Double(bitPattern: low | high << 32))
        }
      }
      return values
    }
  }
}

extension Safetensors {
  /// How values are written.
  public enum WrittenType: Sendable {
    /// As they are.
    case float32
    /// Rounded to 8 significant bits, half as large.
    case bfloat16

    var elementType: ElementType {
      switch self {
      case .float32: .float32
      case .bfloat16: .bfloat16
      }
    }

    /// The values as they lie in a file, little-endian.
    func bytes(of values: [Float]) -> [UInt8] {
      guard self == .bfloat16 else { return littleEndianBytes(of: values) }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(2 * values.count)
      for value in values {
        let bits = bfloat16Bits(of: value)
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      }
      return bytes
    }
  }
}

/// The upper half of a float, rounded to the nearest, ties to even. A NaN stays one.
private func bfloat16Bits(of value: Float) -> UInt16 {
  let bits = value.bitPattern
  guard !value.isNaN else { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
  return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
}

private func word(_ bytes: [UInt8], _ position: Int) -> UInt16 {
  UInt16(bytes[position]) | UInt16(bytes[position + 1]) << 8
}

private func doubleWord(_ bytes: [UInt8], _ position: Int) -> UInt32 {
  UInt32(word(bytes, position)) | UInt32(word(bytes, position + 2)) << 16
}

/// The float of the same value; a NaN keeps its bits. Swift's own `Float16` is not there on every
/// processor.
private func float(ofBinary16 bits: UInt16) -> Float {
  let sign = UInt32(bits >> 15) << 31
  let exponent = UInt32(bits >> 10) & 31
  let fraction = UInt32(bits) & 0x3FF
  switch exponent {
  case 0:
    let magnitude = Float(fraction) * 0x1p-24
    return sign == 0 ? magnitude : -magnitude
  case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  // The exponents' biases are 15 and 127.
  default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
