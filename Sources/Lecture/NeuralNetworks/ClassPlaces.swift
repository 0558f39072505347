import Pictures
import Statistics

/// How far apart classes lie in a layer of a network.
struct ClassPlaces {
  /// The share of test samples whose nearest class mean is that of their class, in the whole layer.
  let accuracy: Double
  /// The same in the plane of the first two principal components.
  let planeAccuracy: Double
  /// The variance of the class means as a share of all variance.
  let betweenShare: Double
  /// Test samples in the plane, with their classes.
  private let plane: [[Double]]
  private let labels: [UInt8]

  /// Means and components are those of training samples, all else of test samples.
  init(
    train: [[Double]], _ trainLabels: [UInt8], test: [[Double]], _ testLabels: [UInt8]
  ) {
    let components = PrincipalComponents(train, count: 2)
    let flat = train.map(components.coordinates)
    plane = test.map(components.coordinates)
    labels = testLabels
    let means = Self.means(train, trainLabels)
    accuracy = Self.nearestMeanAccuracy(means, test, testLabels)
    planeAccuracy = Self.nearestMeanAccuracy(Self.means(flat, trainLabels), plane, testLabels)
    let center = components.mean
    let total = train.reduce(0) { $0 + Self.squaredDistance($1, center) }
    let between = zip(train, trainLabels).reduce(0) {
      $0 + Self.squaredDistance(means[Int($1.1)], center)
    }
    betweenShare = between / total
  }

  private static func means(_ rows: [[Double]], _ labels: [UInt8]) -> [[Double]] {
    let classes = Int(labels.max() ?? 0) + 1
    var sums = Array(repeating: [Double](repeating: 0, count: rows[0].count), count: classes)
    var counts = Array(repeating: 0.0, count: classes)
    for (row, label) in zip(rows, labels) {
      for j in row.indices { sums[Int(label)][j] += row[j] }
      counts[Int(label)] += 1
    }
    return zip(sums, counts).map { sum, count in sum.map { $0 / max(count, 1) } }
  }

  private static func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for j in a.indices { sum += (a[j] - b[j]) * (a[j] - b[j]) }
    return sum
  }

  private static func nearestMeanAccuracy(
    _ means: [[Double]], _ rows: [[Double]], _ labels: [UInt8]
  ) -> Double {
    let right = zip(rows, labels).count { row, label in
      let distances = means.map { squaredDistance(row, $0) }
      return distances.indices.min { distances[$0] < distances[$1] } == Int(label)
    }
    return Double(right) / Double(rows.count)
  }

  /// Some test samples in the plane, each as the digit of its class.
  ///
  /// - Parameters:
  ///   - title: the title of the plot.
  ///   - range: of both axes, where it holds all that is shown.
  /// - Returns: the plot.
  func plot(_ title: String, within range: ClosedRange<Double>) -> Plot {
    let shown = 150
    let isWithin = plane.prefix(shown).joined().allSatisfy { range.contains($0) }
    func axis(_ label: String) -> Axis { Axis(label, range: isWithin ? range : nil) }
    return Plot(
      title: title, horizontal: axis("1st component"), vertical: axis("2nd component"),
      series: (0...9).map { digit in
        Series(
          "\(digit)",
          zip(plane.prefix(shown), labels).filter { Int($0.1) == digit }.map {
            Series.Point($0.0[0], $0.0[1])
          }, style: .names)
      })
  }
}
