import CLibPNG
import Files
import NumberText

/// The largest height and width of a PNG that is read: 4096 pixels, far beyond any digit.
private let pngSideLimit = 4096

/// The most bytes that such a PNG has before compression, at 4 channels of 16 bits, and a megabyte
/// for its other chunks.
private let pngByteLimit = pngSideLimit * pngSideLimit * 8 + 1 << 20

extension Image {
  /// Reads a PNG of any kind, with 8 bits a channel: for a gray image colour is weighted to its
  /// luminance, 16 bits are rounded to 8, and transparent pixels lie on white, or on black where
  /// nothing would be seen on white. A photograph that lies on its side and says so in its EXIF data
  /// is turned upright.
  ///
  /// - Throws: `noInput` where the file cannot be read; `wrongData` where it is not a whole PNG, or
  ///   one that is higher or wider than 4096 pixels.
  public init(pngFile path: String) throws(FileProblem) {
    try self.init(pngFile: path, pixelLimit: .max)
  }

  /// Reads a PNG of at most `pixelLimit` pixels; a larger one is refused before it is decoded.
  package init(pngFile path: String, pixelLimit: Int) throws(FileProblem) {
    let bytes = try readFile(path, byteLimit: pngByteLimit)
    // Signature, length and type of IHDR, then width and height.
    if bytes.count >= 24, bytes.starts(with: pngSignature) {
      func side(at offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      }
      let (height, width) = (side(at: 20), side(at: 16))
      if height <= pngSideLimit, width <= pngSideLimit, height * width > pixelLimit {
        throw FileProblem(
          .wrongData, file: path, place: "IHDR", expected: "at most \(pixelLimit) pixels",
          found: "\(height) × \(width)", hint: "resize the images, as with --resize 28x28")
      }
    }
    try self.init(pngBytes: bytes, name: path)
  }

  /// Reads the content of a PNG file, as `init(pngFile:)` does.
  ///
  /// Samples without a gamma of their own count as sRGB, those of 16 bits too: it is what programs
  /// write, although libpng would take them as linear.
  ///
  /// - Parameters:
  ///   - bytes: the whole content.
  ///   - name: what a problem with the image calls it.
  /// - Throws: `wrongData` for bytes that are not a whole PNG, are too large, or that libpng
  ///   refuses.
  public init(pngBytes bytes: [UInt8], name: String = "picture") throws(FileProblem) {
    let size = try checkChunks(bytes, path: name)
    var pixels: [Pixel] = try decodedPixels(bytes, size: size, name: name, background: 255)
    if pixels.allSatisfy({ $0 == pixels[0] }) {
      pixels = try decodedPixels(bytes, size: size, name: name, background: 0)
    }
    self = Orientation(ofPNG: bytes).upright(Image(size: size, pixels: pixels, name: name))
  }
}

/// All pixels of a PNG file whose chunks were checked.
///
/// - Parameters:
///   - bytes: the whole content.
///   - size: the size that the file names.
///   - name: what a problem with the image calls it.
///   - background: the gray on which transparent pixels lie.
/// - Throws: `wrongData` for what libpng refuses.
/// - Returns: [height × width].
private func decodedPixels<Pixel: PixelFormat>(
  _ bytes: [UInt8], size: ImageSize, name: String, background: UInt8
) throws(FileProblem) -> [Pixel] {
  var image = unsafe png_image()
  var message: String?
  // libpng keeps the addresses of image and file from the first call to the last.
  let pixels = unsafe [Pixel](unsafeUninitializedCapacity: size.pixelCount) { pixels, count in
    message = unsafe bytes.withUnsafeBytes { file in
      unsafe withUnsafeMutablePointer(to: &image) { image in
        unsafe decode(
          file, with: image, size: size, format: pngFormat(channels: Pixel.channels),
          onto: background, into: pixels.baseAddress)
      }
    }
    count = message == nil ? size.pixelCount : 0
  }
  if let message {
    throw FileProblem(
      .wrongData, file: name, expected: "an intact PNG", found: message,
      hint: "make or copy the image again")
  }
  return pixels
}

/// Decodes all pixels to a format of libpng.
///
/// - Returns: libpng's message, or nil for success.
private func decode(
  _ file: UnsafeRawBufferPointer, with image: png_imagep, size: ImageSize, format: png_uint_32,
  onto background: UInt8, into pixels: UnsafeMutableRawPointer?
) -> String? {
  defer { unsafe png_image_free(image) }
  unsafe image.pointee.version = png_uint_32(PNG_IMAGE_VERSION)
  guard unsafe png_image_begin_read_from_memory(image, file.baseAddress, file.count) != 0 else {
    return unsafe message(of: image.pointee)
  }
  unsafe image.pointee.format = format
  unsafe image.pointee.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
  guard unsafe (Int(image.pointee.height), Int(image.pointee.width)) == (size.height, size.width)
  else { return "two different sizes" }
  var gray = png_color(red: background, green: background, blue: background)
  guard unsafe png_image_finish_read(image, &gray, pixels, 0, nil) != 0 else {
    return unsafe message(of: image.pointee)
  }
  return nil
}

/// Follows the chunks from the signature to IEND, which libpng does not ask for once it has all
/// pixels: a file that was cut off is found here.
///
/// - Returns: the size of the image.
private func checkChunks(_ bytes: [UInt8], path: String) throws(FileProblem) -> ImageSize {
  func problem(at offset: Int, expected: String, found: String) -> FileProblem {
    FileProblem(
      .wrongData, file: path, place: "byte \(offset)", expected: expected, found: found,
      hint: "make or copy the image again")
  }
  func number(at offset: Int) -> Int {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  guard bytes.starts(with: pngSignature) else {
    let kind = contentInWords(bytes)
    throw FileProblem(
      .wrongData, file: path, place: "byte 0",
      expected: "the PNG signature \(hexadecimal(pngSignature))",
      found: kind ?? hexadecimal(bytes.prefix(pngSignature.count)),
      hint: kind == nil || bytes.isEmpty
        ? "make or copy the image again" : "save it as PNG; the name alone does not make it one")
  }
  var offset = pngSignature.count
  var size: ImageSize?
  while true {
    // Length, type and checksum surround the data of a chunk.
    let rest = bytes.count - offset - 12
    guard rest >= 0, number(at: offset) <= rest else {
      throw problem(
        at: offset, expected: "a whole chunk", found: "the end after \(rest + 12) bytes")
    }
    let type = bytes[offset + 4..<offset + 8]
    if offset == pngSignature.count {
      guard type.elementsEqual("IHDR".utf8), number(at: offset) == 13 else {
        throw problem(
          at: offset, expected: "chunk IHDR of 13 bytes", found: "chunk \(hexadecimal(type))")
      }
      size = try checkSize(
        height: number(at: offset + 12), width: number(at: offset + 8), path: path)
    }
    if let size, type.elementsEqual("IEND".utf8) { return size }
    offset += 12 + number(at: offset)
  }
}

private func checkSize(height: Int, width: Int, path: String) throws(FileProblem) -> ImageSize {
  guard (1...pngSideLimit).contains(height), (1...pngSideLimit).contains(width) else {
    throw FileProblem(
      .wrongData, file: path, place: "IHDR",
      expected: "1 to \(pngSideLimit) rows and columns", found: "\(height) × \(width)",
      hint: "make the image smaller")
  }
  return ImageSize(height: height, width: width)
}

private let pngSignature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
