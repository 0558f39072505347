/// How pictures become the inputs of a network. Training finds it on its images, the model keeps it,
/// and whatever shows the network a picture obeys it: so an evaluation and a prediction see the same
/// file in the same way.
public struct Preparation: Codable, Equatable, Sendable {
  /// How a picture is brought to the network's size.
  public enum Fitting: String, Codable, CaseIterable, Sendable {
    /// The whole picture is resampled.
    case resized
    /// As MNIST's digits are made: the ink is scaled to 20 of 28 pixels and its centre of mass moved
    /// to the middle. A picture that is so already stays as it is.
    case digit
  }

  /// The size of the network's images.
  public let size: ImageSize
  /// How pictures are brought to that size.
  public let fitting: Fitting
  /// Whether the pictures show dark ink on light paper, and are inverted.
  public let isDarkOnLight: Bool
  /// The level of the background, after inversion, which becomes 0.
  public let background: UInt8
  /// The level of the strongest ink, after inversion, which becomes 255.
  public let ink: UInt8

  /// A preparation of known levels; the defaults are those of MNIST, which keep every pixel.
  ///
  /// - Precondition: the ink is above the background.
  public init(
    size: ImageSize, fitting: Fitting = .digit, isDarkOnLight: Bool = false, background: UInt8 = 0,
    ink: UInt8 = 255
  ) {
    precondition(background < ink, "ink of level \(ink) on a background of \(background)")
    self.size = size
    self.fitting = fitting
    self.isDarkOnLight = isDarkOnLight
    self.background = background
    self.ink = ink
  }

  /// Whether every pixel keeps its level.
  public var keepsLevels: Bool { !isDarkOnLight && background == 0 && ink == 255 }

  /// Reads a preparation that `Encodable` wrote.
  ///
  /// - Throws: a `DecodingError` where a field is missing, or the ink is not above the background.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let background = try values.decode(UInt8.self, forKey: .background)
    let ink = try values.decode(UInt8.self, forKey: .ink)
    guard background < ink else {
      throw DecodingError.dataCorruptedError(
        forKey: .ink, in: values, debugDescription: "ink \(ink) on a background of \(background)")
    }
    self.init(
      size: try values.decode(ImageSize.self, forKey: .size),
      fitting: try values.decode(Fitting.self, forKey: .fitting),
      isDarkOnLight: try values.decode(Bool.self, forKey: .isDarkOnLight),
      background: background, ink: ink)
  }

  private enum CodingKeys: CodingKey { case size, fitting, isDarkOnLight, background, ink }

  /// Pixels at the levels that the network sees: 0 for the background, 255 for the strongest ink.
  public func levelled(_ pixels: [UInt8]) -> [UInt8] {
    if keepsLevels { return pixels }
    let table = (0...255).map { level -> UInt8 in
      let level = isDarkOnLight ? 255 - level : level
      let (low, range) = (Int(background), Int(ink) - Int(background))
      return UInt8(min(255, max(0, ((level - low) * 255 * 2 + range) / (2 * range))))
    }
    return pixels.map { table[Int($0)] }
  }
}

// MARK: - Finding it

extension Preparation {
  /// Finds the levels of images, from the first thousand or so, spread evenly over the set.
  ///
  /// The background is the most frequent level, if many pixels are near it; the ink lies on the side
  /// of it that has more. Levels stay as they are where the background is 0 and the ink reaches at
  /// least half of the range, as in MNIST.
  ///
  /// - Parameters:
  ///   - images: [count × size], at least one image.
  ///   - size: the size of an image.
  ///   - fitting: how pictures will be brought to that size.
  public init(of images: [UInt8], size: ImageSize, fitting: Fitting) {
    var histogram = [Int](repeating: 0, count: 256)
    for image in Self.sample(of: images, size: size) {
      for pixel in image { histogram[Int(pixel)] += 1 }
    }
    let total = histogram.reduce(0, +)
    let background = histogram.indices.max { histogram[$0] < histogram[$1] } ?? 0
    let near = histogram[max(0, background - 12)...min(255, background + 12)].reduce(0, +)
    let darkest = histogram.firstIndex { $0 > 0 } ?? 0
    let lightest = histogram.lastIndex { $0 > 0 } ?? 255
    func ink(_ levels: Range<Int>) -> Int {
      levels.reduce(0) { $0 + histogram[$1] * abs($1 - background) }
    }
    guard darkest < lightest else {
      self.init(size: size, fitting: fitting)
      return
    }
    let hasBackground = near * 5 >= total * 2
    let isDark = hasBackground && ink(0..<background) > ink(background + 1..<256)
    let low = isDark ? 255 - background : hasBackground ? background : darkest
    let high = isDark ? 255 - darkest : lightest
    self.init(
      size: size, fitting: fitting, isDarkOnLight: isDark, background: UInt8(low),
      ink: low == 0 && high >= 128 ? 255 : UInt8(high))
  }

  /// Up to a thousand images, spread evenly.
  package static func sample(of images: [UInt8], size: ImageSize) -> [ArraySlice<UInt8>] {
    let count = images.count / size.pixelCount
    let shown = min(count, 1000)
    return (0..<shown).map { index in
      let start = index * count / shown * size.pixelCount
      return images[start..<start + size.pixelCount]
    }
  }
}
