import CZlib

extension Image {
  /// A picture of a moving one, and the time for which it is shown.
  public typealias Frame = (image: Image, milliseconds: Int)

  /// The content of an animated PNG file, which begins again after its last frame. A program that
  /// does not know animations shows the first frame.
  ///
  /// The frames are packed as by `pngBytes()`. Format: PNG Specification, third edition (W3C), 11.3.6.
  ///
  /// - Parameter frames: at least one, all of one size, each shown for 1 to 65,535 milliseconds.
  /// - Throws: libpng's reason, such as a side over its limit.
  /// - Returns: the bytes of the file.
  public static func animatedPNGBytes(of frames: [Frame]) throws(PNGError) -> [UInt8] {
    guard let first = frames.first else {
      preconditionFailure("an animation has at least one frame")
    }
    precondition(
      frames.allSatisfy { $0.image.size == first.image.size },
      "the frames of an animation agree in size")
    precondition(
      frames.allSatisfy { 1...65535 ~= $0.milliseconds },
      "a frame is shown for 1 to 65,535 milliseconds")

    let (signature, chunks) = dividedPNG(try first.image.pngBytes())
    var bytes = signature
    var sequenceNumber: UInt32 = 0
    func numbered() -> [UInt8] {
      defer { sequenceNumber += 1 }
      return bigEndian(sequenceNumber)
    }
    /// The chunk that announces a frame: its size and place, its time, and that it replaces the one
    /// before.
    func frameControl(_ frame: Frame) -> [UInt8] {
      let size = bigEndian(UInt32(frame.image.width)) + bigEndian(UInt32(frame.image.height))
      let place = bigEndian(UInt32(0)) + bigEndian(UInt32(0))
      let time = bigEndian(UInt16(frame.milliseconds)) + bigEndian(UInt16(1000))
      return chunk("fcTL", numbered() + size + place + time + [0, 0])
    }

    for part in chunks {
      switch part.type {
      case "IDAT":
        bytes += chunk(part.type, part.content)
      case "IEND":
        for frame in frames.dropFirst() {
          bytes += frameControl(frame)
          for data in dividedPNG(try frame.image.pngBytes()).chunks where data.type == "IDAT" {
            bytes += chunk("fdAT", numbered() + data.content)
          }
        }
        bytes += chunk(part.type, [])
      case "IHDR":
        bytes += chunk(part.type, part.content)
        // Without an end: 0 plays.
        bytes += chunk("acTL", bigEndian(UInt32(frames.count)) + bigEndian(UInt32(0)))
        bytes += frameControl(first)
      default:
        bytes += chunk(part.type, part.content)
      }
    }
    return bytes
  }
}

/// The signature and the chunks of a PNG file that libpng wrote.
private func dividedPNG(
  _ bytes: [UInt8]
) -> (signature: [UInt8], chunks: [(type: String, content: ArraySlice<UInt8>)]) {
  var chunks: [(type: String, content: ArraySlice<UInt8>)] = []
  var offset = 8
  while offset < bytes.count {
    let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    let start = offset + 8
    chunks.append(
      (String(decoding: bytes[offset + 4..<start], as: UTF8.self), bytes[start..<start + length]))
    // Four bytes of checksum follow.
    offset = start + length + 4
  }
  return (Array(bytes.prefix(8)), chunks)
}

/// A chunk of a PNG file: length, type, content and checksum.
private func chunk(_ type: String, _ content: some Collection<UInt8>) -> [UInt8] {
  let body = Array(type.utf8) + content
  let checksum = unsafe body.withUnsafeBufferPointer { body in
    unsafe crc32_z(0, body.baseAddress, body.count)
  }
  return bigEndian(UInt32(content.count)) + body + bigEndian(UInt32(checksum))
}

private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  stride(from: value.bitWidth - 8, through: 0, by: -8).map {
    UInt8(truncatingIfNeeded: value >> $0)
  }
}
