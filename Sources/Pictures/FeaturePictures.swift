import Images

/// What the units of a first layer look for, made visible: the weights that lead into a unit, one
/// picture per unit, shaped like the input.
///
/// A weight of zero is neutral, the excitatory ones go one way and the inhibitory ones the other;
/// see `SignedPalette`.
public struct FeaturePictures: Sendable {
  /// Which magnitude of weight reaches the ends of the palette.
  public enum Scale: String, CaseIterable, Sendable {
    /// One limit for all units, so that a weak unit looks weak.
    case shared
    /// A limit for each unit, so that the shape of a weak one shows too.
    case each
  }

  /// The order of units on a contact sheet.
  public enum Order: String, CaseIterable, Sendable {
    /// The largest Euclidean norm of the weights first, so that what learned stands ahead of what
    /// did not. Equal norms keep the order of their indices; a unit with a weight that is not
    /// finite counts as infinite and is seen first.
    case norm
    /// As they stand in the layer.
    case index
  }

  /// The number of units.
  public let units: Int
  /// The size of the input image, and of a picture.
  public let size: ImageSize
  /// How a weight becomes a shade.
  public let palette: SignedPalette
  /// The Euclidean norm of each unit's weights, infinite where one of them is not finite.
  public let norms: [Double]  // [units]
  /// The magnitude of weight at the ends of the palette, for each unit.
  ///
  /// It is the 99.9th percentile (nearest rank) of the magnitudes, zeros and values that are not
  /// finite left out: among fewer than 1000 weights simply the largest. A few outliers in a large
  /// layer are clipped, or they would turn all the rest gray.
  public let limits: [Float]  // [units]

  private let weights: [Float]  // [units × height × width]

  /// Prepares the pictures of a layer.
  ///
  /// - Parameters:
  ///   - weights: [units × height × width], the weights into a unit row by row, as its input image
  ///     lies.
  ///   - units: ≥ 1.
  ///   - size: of the input image.
  ///   - scale: whether all units share one limit.
  ///   - palette: how a weight becomes a shade.
  public init(
    weights: [Float], units: Int, size: ImageSize,
    scale: Scale = .shared, palette: SignedPalette = .gray
  ) {
    precondition(units >= 1, "a layer has units")
    precondition(
      weights.count == units * size.pixelCount,
      "\(weights.count) weights are not those of \(units) units with \(size) inputs")
    self.weights = weights
    self.units = units
    self.size = size
    self.palette = palette

    let inputs = size.pixelCount
    let slices = (0..<units).map { weights[$0 * inputs..<($0 + 1) * inputs] }
    norms = slices.map(euclideanNorm)
    limits =
      switch scale {
      case .shared: Array(repeating: robustLimit(weights[...]), count: units)
      case .each: slices.map(robustLimit)
      }
  }

  /// The indices of all units in an order.
  public func indices(in order: Order) -> [Int] {
    switch order {
    case .norm: (0..<units).sorted { (-norms[$0], $0) < (-norms[$1], $1) }
    case .index: Array(0..<units)
    }
  }

  /// One unit's weights, a pixel each.
  ///
  /// - Parameter unit: its index in the layer, 0 ..< `units`.
  /// - Returns: a gray image with the palette `gray`, else one in color.
  public func picture(ofUnit unit: Int) -> Picture {
    switch palette {
    case .gray: .gray(grayImage(ofUnit: unit))
    case .signed: .color(colorImage(ofUnit: unit))
    }
  }

  /// Many units in one image.
  ///
  /// The gutters are neutral and differ from the shade of zero: white around gray pictures, gray
  /// around white ones.
  ///
  /// - Parameters:
  ///   - order: which unit comes first.
  ///   - count: the most units that are shown, ≥ 1; the rest is left out. Left open: all.
  ///   - columns: pictures in a row; see `SheetLayout` for its choice and those below.
  ///   - zoom: the factor of enlargement.
  ///   - gutter: pixels between two neighbors.
  /// - Returns: a gray or a color image, as the palette has it.
  public func contactSheet(
    order: Order = .norm, atMost count: Int? = nil,
    columns: Int? = nil, zoom: Int? = nil, gutter: Int? = nil
  ) -> Picture {
    precondition(count ?? 1 >= 1, "a contact sheet shows at least one unit")
    let shown = indices(in: order).prefix(count ?? units)
    switch palette {
    case .gray:
      return .gray(
        .contactSheet(
          of: shown.map(grayImage), columns: columns, zoom: zoom, gutter: gutter, background: 255))
    case .signed:
      return .color(
        .contactSheet(
          of: shown.map(colorImage), columns: columns, zoom: zoom, gutter: gutter,
          background: RGB(gray: 112)))
    }
  }

  private func grayImage(ofUnit unit: Int) -> GrayImage {
    image(ofUnit: unit) { SignedPalette.shade(of: $0, limit: $1) }
  }

  private func colorImage(ofUnit unit: Int) -> ColorImage {
    image(ofUnit: unit) { palette.color(of: $0, limit: $1) }
  }

  private func image<Pixel: PixelFormat>(
    ofUnit unit: Int, shade: (_ weight: Float, _ limit: Float) -> Pixel
  ) -> Image<Pixel> {
    precondition(0..<units ~= unit, "unit \(unit) is not one of the layer's \(units)")
    let inputs = size.pixelCount
    let pixels = weights[unit * inputs..<(unit + 1) * inputs].map { shade($0, limits[unit]) }
    return Image(size: size, pixels: pixels)
  }
}

/// √Σ wᵢ² in Double, where a Float's square cannot overflow.
private func euclideanNorm(_ weights: ArraySlice<Float>) -> Double {
  guard weights.allSatisfy(\.isFinite) else { return .infinity }
  return weights.reduce(into: 0) { $0 += Double($1) * Double($1) }.squareRoot()
}

/// The magnitude that 99.9 % of the weights do not exceed, or 0 where there is none to show.
private func robustLimit(_ weights: ArraySlice<Float>) -> Float {
  let magnitudes = weights.filter { $0.isFinite && $0 != 0 }.map(\.magnitude).sorted()
  guard let largest = magnitudes.last else { return 0 }
  let clipped = magnitudes.count / 1000
  return clipped == 0 ? largest : magnitudes[magnitudes.count - 1 - clipped]
}
