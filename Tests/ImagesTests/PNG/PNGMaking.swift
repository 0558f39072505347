import CZlib

// A maker of PNG files, written from the specification and independent of the code under test.

/// What the samples of a PNG mean.
enum PNGColor: UInt8 {
  case gray = 0
  case rgb = 2
  case palette = 3
  case grayAlpha = 4
}

/// A PNG whose rows, packed as PNG packs them, follow each other in `samples`.
func png(
  height: Int, width: Int, samples: [UInt8], color: PNGColor = .gray, bitDepth: UInt8 = 8,
  palette: [UInt8] = [], exif: [UInt8] = []
) -> [UInt8] {
  let header =
    bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [bitDepth, color.rawValue, 0, 0, 0]
  let rowLength = height == 0 ? 0 : samples.count / height
  // Each row begins with its filter type, 0 for none.
  let rows = (0..<height).flatMap { [0] + samples[$0 * rowLength..<($0 + 1) * rowLength] }
  return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    + chunk("IHDR", header) + (palette.isEmpty ? [] : chunk("PLTE", palette))
    + (exif.isEmpty ? [] : chunk("eXIf", exif))
    + chunk("IDAT", zlibStream(rows)) + chunk("IEND", [])
}

private func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(type.utf8) + content
  let checksum = crc32(0, body, uInt(body.count))
  return bigEndian(UInt32(content.count)) + body + bigEndian(UInt32(checksum))
}

private func zlibStream(_ content: [UInt8]) -> [UInt8] {
  var count = compressBound(uLong(content.count))
  var packed = [UInt8](repeating: 0, count: Int(count))
  compress2(&packed, &count, content, uLong(content.count), 9)
  return Array(packed.prefix(Int(count)))
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
  stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
}
