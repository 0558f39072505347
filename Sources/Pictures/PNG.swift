import CLibPNG

/// An image that cannot be written as PNG, with libpng's reason.
///
/// Sides of up to 1,000,000 pixels are safe; the format's own limit is 2³¹ − 1.
public struct PNGError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The image's width in pixels.
  public let width: Int
  /// The image's height in pixels.
  public let height: Int
  /// What libpng says about it.
  public let reason: String

  /// The evidence in one line.
  public var description: String {
    "cannot write an image of \(width) × \(height) pixels as PNG: \(reason)"
  }
}

extension Raster {
  /// The content of a PNG file with this image: 8 bits a channel, gray or RGB, not interlaced.
  ///
  /// The pixels are kept exactly. How tightly they are packed is up to the system's zlib, so the
  /// same image may become other bytes on another system.
  ///
  /// - Throws: libpng's reason, such as a side over its limit.
  public func pngBytes() throws(PNGError) -> [UInt8] {
    guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else {
      throw PNGError(
        width: width, height: height, reason: "a side is longer than the format allows")
    }
    var image = unsafe png_image()
    unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
    unsafe image.width = width
    unsafe image.height = height
    unsafe image.format = Shade.channels == 1 ? 0 : png_uint_32(PNG_FORMAT_FLAG_COLOR)

    let size = try unsafe write(&image, to: nil, capacity: 0)
    var failure: PNGError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      do throws(PNGError) {
        count = try unsafe write(&image, to: buffer.baseAddress, capacity: size)
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
    var size = png_alloc_size_t(capacity)
    let status = unsafe pixels.withUnsafeBytes { pixels in
      // A row stride of 0 means rows without padding.
      unsafe png_image_write_to_memory(&image, memory, &size, 0, pixels.baseAddress, 0, nil)
    }
    guard status != 0 else {
      throw unsafe PNGError(width: width, height: height, reason: message(of: image))
    }
    return Int(size)
  }
}

/// The words that libpng left in the image, up to their terminating zero.
private func message(of image: png_image) -> String {
  unsafe withUnsafeBytes(of: image.message) { bytes in
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
