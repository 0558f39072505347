import CLibPNG

/// An image that cannot be written as PNG, with libpng's reason.
///
/// Sides of up to 1,000,000 pixels are safe; the format's own limit is 2³¹ − 1.
public struct PNGError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The number of rows and columns.
  public let size: ImageSize
  /// What libpng says about it.
  public let reason: String

  /// The evidence in one line.
  public var description: String { "cannot write an image of \(size) pixels as PNG: \(reason)" }
}

extension Image {
  /// The content of a PNG file with this image: 8 bits a channel, gray or RGB, not interlaced.
  ///
  /// The pixels are kept exactly. How tightly they are packed is up to the system's zlib, so the
  /// same image may become other bytes on another system.
  ///
  /// - Throws: libpng's reason, such as a side over its limit.
  public func pngBytes() throws(PNGError) -> [UInt8] {
    guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else {
      throw PNGError(size: size, reason: "a side is longer than the format allows")
    }
    var image = unsafe png_image()
    unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
    unsafe image.width = width
    unsafe image.height = height
    unsafe image.format = pngFormat(channels: Pixel.channels)

    let byteCount = try unsafe write(&image, to: nil, capacity: 0)
    var failure: PNGError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      do throws(PNGError) {
        count = try unsafe write(&image, to: buffer.baseAddress, capacity: byteCount)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Compresses the pixels into `memory`, or only measures the result where there is none, and
  /// turns libpng's status into an error.
  ///
  /// - Returns: the bytes of the PNG file.
  private func write(
    _ image: inout png_image, to memory: UnsafeMutablePointer<UInt8>?, capacity: Int
  ) throws(PNGError) -> Int {
    var byteCount = png_alloc_size_t(capacity)
    let status = unsafe pixels.withUnsafeBytes { pixels in
      // A row stride of 0 means rows without padding.
      unsafe png_image_write_to_memory(&image, memory, &byteCount, 0, pixels.baseAddress, 0, nil)
    }
    guard status != 0 else {
      throw unsafe PNGError(size: size, reason: message(of: image))
    }
    return Int(byteCount)
  }
}

/// libpng's number for gray or RGB pixels of 8 bits a channel.
func pngFormat(channels: Int) -> png_uint_32 {
  channels == 1 ? 0 : png_uint_32(PNG_FORMAT_FLAG_COLOR)
}

/// The words that libpng left in the image, up to their terminating zero.
func message(of image: png_image) -> String {
  unsafe withUnsafeBytes(of: image.message) { bytes in
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
