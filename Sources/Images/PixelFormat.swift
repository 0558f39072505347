/// What an image holds per pixel: a fixed number of bytes, in the order in which a PNG file wants
/// them.
public protocol PixelFormat: BitwiseCopyable, Equatable, Sendable {
  /// 1 for a shade of gray, 3 for red, green and blue.
  static var channels: Int { get }
}

extension UInt8: PixelFormat {
  /// A byte is one shade of gray.
  public static var channels: Int { 1 }
}

/// A color of the sRGB space, 8 bits a channel.
public struct RGB: PixelFormat {
  /// Red, green and blue.
  public static var channels: Int { 3 }

  /// From 0 (none) to 255 (all) of red.
  public var red: UInt8
  /// From 0 (none) to 255 (all) of green.
  public var green: UInt8
  /// From 0 (none) to 255 (all) of blue.
  public var blue: UInt8

  /// Makes a color of its three channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Makes the neutral color of a shade of gray.
  public init(gray shade: UInt8) {
    self.init(red: shade, green: shade, blue: shade)
  }
}
