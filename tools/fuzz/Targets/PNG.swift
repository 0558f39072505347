import Digits
import Images

/// PNG files, as they are and with the right checksums.
@Sendable func attackPNG(_ bytes: [UInt8]) {
  attackPicture(bytes)
  let mended = withChecksums(bytes)
  if mended != bytes { attackPicture(mended) }
}

private func attackPicture(_ bytes: [UInt8]) {
  // A large picture takes memory within its limits and much time; it is refused by its header here.
  guard announcedPixels(bytes) <= 1 << 16 else {
    let path = put(bytes, "picture.png")
    let picture = accepted { try GrayImage(pngFile: path, pixelLimit: 1 << 16) }
    expect(picture == nil, "a picture beyond the limit is refused")
    return
  }
  let gray = accepted { try GrayImage(pngBytes: bytes) }
  let color = accepted { try ColorImage(pngBytes: bytes) }
  expect(gray?.size == color?.size, "a picture has one size in gray and in color")
  if let color { expectRoundTrip(color) }
  guard let gray else { return }
  expectRoundTrip(gray)
  guard gray.size.pixelCount <= 1 << 12 else { return }
  for fitting in Preparation.Fitting.allCases {
    let size = ImageSize(height: 28, width: 28)
    let preparation = Preparation(size: size, fitting: fitting)
    guard let digit = accepted({ try preparation.prepared(gray) }) else { continue }
    expect(digit.size == size, "a prepared picture has the network's size")
  }
}

private func expectRoundTrip<Pixel>(_ image: Image<Pixel>) {
  let again = must("a PNG that was written is read") {
    try Image<Pixel>(pngBytes: try image.pngBytes())
  }
  expect(again == image, "a picture makes a round trip")
}

/// The number of pixels that the header says.
private func announcedPixels(_ bytes: [UInt8]) -> Int {
  guard bytes.count >= 24 else { return 0 }
  func side(_ offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
  return side(16).multipliedReportingOverflow(by: side(20)).partialValue
}

/// The chunks with the checksums of their data.
private func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  var offset = 8
  while offset + 12 <= bytes.count {
    let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    let end = offset + 8 + length
    guard end + 4 <= bytes.count else { break }
    bytes.replaceSubrange(
      end..<end + 4, with: bigEndian(checksum(bytes[offset + 4..<end]), 4))
    offset = end + 4
  }
  return bytes
}
