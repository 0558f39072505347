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
    /// A limit for each unit, so that the shape of a weak one shows too. A unit whose own limit is
    /// below `FeaturePictures.leastShare` of the shared one keeps the shared one: what is left of it
    /// is noise.
    case each
  }

  /// The share of the largest norm, and of the shared limit, below which a unit counts as empty: 1 %.
  public static let leastShare = 0.01

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

  /// The weights from each unit to the classes; none where they lead to no classes.
  let outgoing: [Float]  // [classes × units]

  private let weights: [Float]  // [units × height × width]

  /// Prepares the pictures of a layer.
  ///
  /// - Parameters:
  ///   - weights: [units × height × width], the weights into a unit row by row, as its input image
  ///     lies.
  ///   - units: ≥ 1.
  ///   - size: of the input image.
  ///   - outgoing: [classes × units], the weights from each unit to the classes; none where they lead
  ///     to no classes, as in networks with several hidden layers.
  ///   - scale: whether all units share one limit.
  ///   - palette: how a weight becomes a shade.
  public init(
    weights: [Float], units: Int, size: ImageSize, outgoing: [Float] = [],
    scale: Scale = .shared, palette: SignedPalette = .gray
  ) {
    let inputs = size.pixelCount
    let shared = robustLimit(weights[...])
    let limits =
      switch scale {
      case .shared: Array(repeating: shared, count: units)
      case .each:
        (0..<units).map { unit in
          let own = robustLimit(weights[unit * inputs..<(unit + 1) * inputs])
          return Double(own) < Self.leastShare * Double(shared) ? shared : own
        }
      }
    self.init(
      weights: weights, units: units, size: size, outgoing: outgoing, limits: limits,
      palette: palette)
  }

  /// Prepares the pictures of a layer on given scales: `limits` [units] are the magnitudes of weight at
  /// the ends of the palette.
  init(
    weights: [Float], units: Int, size: ImageSize, outgoing: [Float], limits: [Float],
    palette: SignedPalette
  ) {
    precondition(units >= 1, "a layer has units")
    precondition(
      weights.count == units * size.pixelCount,
      "\(weights.count) weights are not those of \(units) units with \(size) inputs")
    self.weights = weights
    self.units = units
    self.size = size
    precondition(
      outgoing.count.isMultiple(of: units),
      "\(outgoing.count) outgoing weights are not those of \(units) units")
    self.palette = palette
    self.outgoing = outgoing
    self.limits = limits
    let inputs = size.pixelCount
    norms = (0..<units).map { euclideanNorm(weights[$0 * inputs..<($0 + 1) * inputs]) }
  }

  /// One unit's weights, row by row.
  ///
  /// - Parameter unit: its index in the layer, 0 ..< `units`.
  /// - Returns: [height × width].
  func weights(ofUnit unit: Int) -> ArraySlice<Float> {
    precondition(0..<units ~= unit, "unit \(unit) is not one of the layer's \(units)")
    return weights[unit * size.pixelCount..<(unit + 1) * size.pixelCount]
  }

  /// The units that are as good as not there: their norm is below `leastShare` of the largest one.
  /// Whether a unit is dead cannot be seen from its weights.
  public var emptyUnits: [Int] {
    let largest = norms.filter(\.isFinite).max() ?? 0
    return (0..<units).filter { norms[$0] < Self.leastShare * largest || norms[$0] == 0 }
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

  /// Many units in one image, the bare pictures.
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
    contactSheet(
      of: shownUnits(order: order, atMost: count ?? units), columns: columns, zoom: zoom,
      gutter: gutter)
  }

  /// Chosen units in one image.
  ///
  /// - Parameters:
  ///   - shown: the units in the order of the sheet, at least one.
  ///   - columns: pictures in a row; see `SheetLayout` for its choice and those below.
  ///   - zoom: the factor of enlargement.
  ///   - gutter: pixels between two neighbors.
  /// - Returns: a gray or a color image, as the palette has it.
  public func contactSheet(
    of shown: [Int], columns: Int? = nil, zoom: Int? = nil, gutter: Int? = nil
  ) -> Picture {
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
    Image(size: size, pixels: weights(ofUnit: unit).map { shade($0, limits[unit]) })
  }
}

/// √Σ wᵢ² in Double, where a Float's square cannot overflow.
private func euclideanNorm(_ weights: ArraySlice<Float>) -> Double {
  guard weights.allSatisfy(\.isFinite) else { return .infinity }
  return weights.reduce(into: 0) { $0 += Double($1) * Double($1) }.squareRoot()
}

/// The magnitude that 99.9 % of the weights do not exceed, or 0 where there is none to show.
package func robustLimit(_ weights: some Sequence<Float>) -> Float {
  let magnitudes = weights.filter { $0.isFinite && $0 != 0 }.map(\.magnitude).sorted()
  guard let largest = magnitudes.last else { return 0 }
  let clipped = magnitudes.count / 1000
  return clipped == 0 ? largest : magnitudes[magnitudes.count - 1 - clipped]
}
