import CLibPNG
import Files
import NumberText

/// The largest height and width of a PNG that is read: 4096 pixels, far beyond any digit.
private let pngSideLimit = 4096

/// The most bytes that such a PNG has before compression, at 4 channels of 16 bits, and a megabyte
/// for its other chunks.
let pngByteLimit = pngSideLimit * pngSideLimit * 8 + 1 << 20

/// Decodes a PNG to 8-bit gray: the one place that calls libpng.
///
/// Samples without a gamma of their own count as sRGB, those of 16 bits too: it is what programs
/// write, although libpng would take them as linear.
///
/// - Throws: `wrongData` for a file that is not a whole PNG, is too large, or that libpng refuses.
func decodePNG(_ bytes: [UInt8], path: String) throws(FileProblem) -> GrayPicture {
  let size = try checkChunks(bytes, path: path)
  var pixels = [UInt8](repeating: 0, count: size.height * size.width)
  var image = unsafe png_image()
  // libpng keeps the addresses of both from the first call to the last.
  let message = unsafe bytes.withUnsafeBytes { file in
    unsafe pixels.withUnsafeMutableBytes { pixels in
      unsafe withUnsafeMutablePointer(to: &image) { image in
        unsafe decode(file, with: image, into: pixels)
      }
    }
  }
  if let message {
    throw FileProblem(
      .wrongData, file: path, expected: "an intact PNG", found: message,
      hint: "make or copy the image again")
  }
  return GrayPicture(pixels: pixels, size: size, name: path)
}

/// The one place where a status of libpng becomes words.
///
/// - Returns: libpng's message, or nil for success.
private func decode(
  _ file: UnsafeRawBufferPointer, with image: png_imagep, into pixels: UnsafeMutableRawBufferPointer
) -> String? {
  defer { unsafe png_image_free(image) }
  unsafe image.pointee.version = png_uint_32(PNG_IMAGE_VERSION)
  guard unsafe png_image_begin_read_from_memory(image, file.baseAddress, file.count) != 0 else {
    return unsafe message(of: image)
  }
  unsafe image.pointee.format = png_uint_32(PNG_FORMAT_GRAY)
  unsafe image.pointee.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
  guard unsafe Int(image.pointee.height) * Int(image.pointee.width) == pixels.count else {
    return "two different sizes"
  }
  var white = png_color(red: 255, green: 255, blue: 255)
  guard unsafe png_image_finish_read(image, &white, pixels.baseAddress, 0, nil) != 0 else {
    return unsafe message(of: image)
  }
  return nil
}

private func message(of image: png_imagep) -> String {
  unsafe withUnsafeBytes(of: &image.pointee.message) { text in
    unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
  }
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
    let found = bytes.isEmpty ? "an empty file" : hexadecimal(bytes.prefix(pngSignature.count))
    throw problem(at: 0, expected: "the PNG signature \(hexadecimal(pngSignature))", found: found)
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
