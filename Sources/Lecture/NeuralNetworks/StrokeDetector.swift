import Foundation
import Images
import Statistics

/// A short stroke at a place of an image, and the template that looks for it: ink along it and none on
/// either side, as simple cells of the visual cortex do (Hubel, Wiesel 1962).
package struct Stroke: Equatable {
  /// The middle of it, in pixels from the left and the top.
  package let column: Double
  package let row: Double
  /// Of its direction with the horizontal, 0° … 180°, counterclockwise.
  package let degrees: Double

  package init(column: Double, row: Double, degrees: Double) {
    self.column = column
    self.row = row
    self.degrees = degrees
  }

  /// How far along and across it the template reaches, one standard deviation each.
  private static let (along, across) = (3.0, 1.5)

  /// All strokes of a coarse grid: every second pixel of the middle, in eight directions.
  package static func all(_ size: ImageSize) -> [Stroke] {
    let rows = stride(from: 6, through: size.height - 7, by: 2)
    return rows.flatMap { row in
      stride(from: 6, through: size.width - 7, by: 2).flatMap { column in
        (0..<8).map { Stroke(column: Double(column), row: Double(row), degrees: Double($0) * 22.5) }
      }
    }
  }

  /// The ends of the stroke as it is drawn, [column, row].
  package var ends: [[Double]] {
    let angle = degrees * .pi / 180
    return [-1.0, 1].map { side in
      let reach = side * 1.5 * Self.along
      return [column + reach * cos(angle), row - reach * sin(angle)]
    }
  }

  /// The template on an image, as pixels and weights: the negative second derivative of a Gaussian
  /// across, a Gaussian along; with the norm 1. Pixels farther than 8 away are left out.
  package func template(_ size: ImageSize) -> [(pixel: Int, weight: Double)] {
    let angle = degrees * .pi / 180
    let places = (0..<size.pixelCount).compactMap { pixel -> (pixel: Int, weight: Double)? in
      let (x, y) = (
        Double(pixel % size.width) - column, row - Double(pixel / size.width)
      )
      guard x * x + y * y <= 64 else { return nil }
      let v = (x * cos(angle) + y * sin(angle)) / Self.along
      let u = (y * cos(angle) - x * sin(angle)) / Self.across
      return (pixel, (1 - u * u) * exp(-(u * u + v * v) / 2))
    }
    let length = places.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
    return places.map { ($0.pixel, $0.weight / length) }
  }

  /// How well the ink of an image matches.
  package static func response(_ template: [(pixel: Int, weight: Double)], _ image: [Double])
    -> Double
  {
    template.reduce(0) { $0 + $1.weight * image[$1.pixel] }
  }
}

/// The unit of a layer that comes nearest to a single stroke.
struct StrokeDetector {
  let unit: Int
  let stroke: Stroke
  /// The cosine between its weights and the template.
  let match: Double
  /// The correlation of its weighted sum with the template's response, over images.
  let correlation: Double
  /// The mean of its weighted sum over the images of each class.
  let meanByClass: [Double]
  /// The images that excite it most, the first one most of all.
  let favourites: [Int]

  /// Finds the unit, its stroke and its images.
  ///
  /// - Parameters:
  ///   - weights: the layer.
  ///   - images: [images][pixels].
  ///   - labels: the class of each.
  init(_ weights: FeatureWeights, images: [[Double]], labels: [UInt8]) {
    let strokes = Stroke.all(weights.size)
    let templates = strokes.map { $0.template(weights.size) }
    let norms = weights.norms
    var best = (unit: 0, stroke: 0, match: -Double.infinity)
    for unit in 0..<weights.units where norms[unit] > 0.25 * (norms.max() ?? 0) {
      let values = weights.weights(ofUnit: unit)
      for (index, template) in templates.enumerated() {
        let match = Stroke.response(template, values) / norms[unit]
        if match > best.match { best = (unit, index, match) }
      }
    }
    (unit, stroke, match) = (best.unit, strokes[best.stroke], best.match)
    let values = weights.weights(ofUnit: best.unit)
    let sums = images.map { dot(values, $0) }
    let responses = images.map { Stroke.response(templates[best.stroke], $0) }
    correlation = Self.correlation(sums, responses)
    let classes = Int(labels.max() ?? 0) + 1
    meanByClass = (0..<classes).map { digit in
      let own = zip(sums, labels).filter { Int($0.1) == digit }.map(\.0)
      return own.reduce(0, +) / Double(max(own.count, 1))
    }
    favourites = Array(sums.indices.sorted { sums[$0] > sums[$1] }.prefix(8))
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let n = Double(a.count)
    let (x, y) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
    let (p, q) = (a.map { $0 - x }, b.map { $0 - y })
    return dot(p, q) / (dot(p, p) * dot(q, q)).squareRoot()
  }
}
