/// How a picture has to be turned to be upright, from 1, as it is, to 8.
///
/// Source: JEITA CP-3451C, Exif 2.3, tag 0x0112 "Orientation"; PNG third edition, chunk eXIf.
struct Orientation {
  private let number: Int

  /// The orientation in the chunk eXIf of a PNG whose chunks were checked; as it is where there is
  /// none, or none that makes sense.
  init(ofPNG bytes: [UInt8]) {
    var number = 1
    var offset = 8
    while let length = Self.number(bytes[...], at: offset, count: 4, isBigEndian: true),
      length <= bytes.count - offset - 12
    {
      if bytes[offset + 4..<offset + 8].elementsEqual("eXIf".utf8) {
        number = Self.orientation(in: bytes[offset + 8..<offset + 8 + length]) ?? 1
        break
      }
      offset += 12 + length
    }
    self.number = number
  }

  /// The tag in the first directory of TIFF content; nil where it is missing or makes no sense.
  private static func orientation(in tiff: ArraySlice<UInt8>) -> Int? {
    let isBigEndian = tiff.starts(with: "MM".utf8)
    guard isBigEndian || tiff.starts(with: "II".utf8) else { return nil }
    func field(_ offset: Int, _ count: Int) -> Int? {
      number(tiff, at: offset, count: count, isBigEndian: isBigEndian)
    }
    guard field(2, 2) == 42, let directory = field(4, 4), let count = field(directory, 2) else {
      return nil
    }
    for entry in 0..<count {
      let start = directory + 2 + 12 * entry
      // The tag, its type "short", one value.
      guard let tag = field(start, 2) else { return nil }
      guard tag == 0x0112, field(start + 2, 2) == 3, field(start + 4, 4) == 1 else { continue }
      return field(start + 8, 2).flatMap { (1...8).contains($0) ? $0 : nil }
    }
    return nil
  }

  /// A whole number of up to four bytes; nil where they are not all there.
  private static func number(
    _ bytes: ArraySlice<UInt8>, at offset: Int, count: Int, isBigEndian: Bool
  ) -> Int? {
    guard offset >= 0, offset <= bytes.count - count else { return nil }
    let start = bytes.startIndex + offset
    let digits = bytes[start..<start + count]
    return isBigEndian
      ? digits.reduce(0) { $0 << 8 | Int($1) } : digits.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// The picture upright.
  func upright<Pixel>(_ image: Image<Pixel>) -> Image<Pixel> {
    guard number > 1 else { return image }
    let (height, width) = (image.height, image.width)
    // From 5 on rows become columns.
    let size = number < 5 ? image.size : ImageSize(height: width, width: height)
    var pixels: [Pixel] = []
    pixels.reserveCapacity(size.pixelCount)
    for row in 0..<size.height {
      for column in 0..<size.width {
        let place =
          switch number {
          case 2: (row, width - 1 - column)
          case 3: (height - 1 - row, width - 1 - column)
          case 4: (height - 1 - row, column)
          case 5: (column, row)
          case 6: (height - 1 - column, row)
          case 7: (height - 1 - column, width - 1 - row)
          default: (column, width - 1 - row)
          }
        pixels.append(image[place.0, place.1])
      }
    }
    return Image(size: size, pixels: pixels, name: image.name)
  }
}
