import Images
import Networks
import Pictures
import Training

/// The weights of a first layer, by unit and pixel.
struct FeatureWeights {
  let size: ImageSize
  let units: Int
  private let weights: [Float]

  init(_ parameters: Parameters, _ size: ImageSize) {
    weights = parameters.firstLayerWeights
    self.size = size
    units = parameters.architecture.layers[0].outputs
  }

  private var pictures: FeaturePictures {
    FeaturePictures(weights: weights, units: units, size: size, scale: .each, palette: .signed)
  }

  var norms: [Double] { pictures.norms }

  func picture(ofUnit unit: Int) -> ColorImage {
    switch pictures.picture(ofUnit: unit) {
    case .color(let image): image
    case .gray(let image):
      ColorImage(size: image.size, pixels: image.pixels.map { RGB(gray: $0) })
    }
  }

  /// The weights of a unit, row by row.
  func weights(ofUnit unit: Int) -> [Double] {
    weights[unit * size.pixelCount..<(unit + 1) * size.pixelCount].map { Double($0) }
  }

  private var pairs: [(Double, Double)] {
    (0..<units * size.height).flatMap { row in
      (0..<size.width - 1).map { column in
        let index = row * size.width + column
        return (Double(weights[index]), Double(weights[index + 1]))
      }
    }
  }

  var pairCount: Int { units * size.height * (size.width - 1) }

  /// The correlation of weights that lie side by side.
  var neighbourCorrelation: Double {
    let pairs = pairs
    let n = Double(pairs.count)
    let (a, b) = (pairs.reduce(0) { $0 + $1.0 } / n, pairs.reduce(0) { $0 + $1.1 } / n)
    let mixed = pairs.reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
    let left = pairs.reduce(0) { $0 + ($1.0 - a) * ($1.0 - a) }
    let right = pairs.reduce(0) { $0 + ($1.1 - b) * ($1.1 - b) }
    return mixed / (left * right).squareRoot()
  }

  func bits(ofPixels pixels: [Int]) -> [UInt32] {
    (0..<units).flatMap { unit in
      pixels.map { weights[unit * size.pixelCount + $0].bitPattern }
    }
  }
}

extension SampleSet {
  /// The inputs that are 0 in every sample.
  var pixelsWithoutInk: [Int] {
    var isBlank = Array(repeating: true, count: inputWidth)
    for sample in 0..<count {
      for (pixel, value) in row(sample).enumerated() where value != 0 { isBlank[pixel] = false }
    }
    return isBlank.indices.filter { isBlank[$0] }
  }
}
