import CLibPNG
import Images

/// A PNG file as a reader sees it, the judge of what `Images` writes: its header byte by byte,
/// its pixels by libpng.
struct DecodedPNG: Equatable {
  let width: Int
  let height: Int
  let bitDepth: Int
  /// 0 gray, 2 RGB (PNG specification, 11.2.1).
  let colorType: Int
  let pixels: [UInt8]  // [height × width × channels]

  /// Decodes a whole file, or is nil where it is not one.
  init?(_ bytes: [UInt8]) {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard bytes.count > 33, bytes.starts(with: signature),
      bytes[12..<16].elementsEqual("IHDR".utf8)
    else { return nil }
    width = bytes[16..<20].reduce(0) { $0 << 8 | Int($1) }
    height = bytes[20..<24].reduce(0) { $0 << 8 | Int($1) }
    bitDepth = Int(bytes[24])
    colorType = Int(bytes[25])

    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    guard png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0 else { return nil }
    defer { png_image_free(&image) }
    image.format = colorType == 0 ? 0 : png_uint_32(PNG_FORMAT_FLAG_COLOR)
    var pixels = [UInt8](repeating: 0, count: width * height * (colorType == 0 ? 1 : 3))
    guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { return nil }
    self.pixels = pixels
  }
}
