import Files
import Lockstep

/// The speed with a number of workers, as `lockstep scaling --output` measures it into a run's folder.
struct ScalingPoint: Encodable, Sendable {
  let workers: Int
  let imagesPerSecond: Double
  let speedup: Double

  /// What is read of `scaling.json`.
  private struct File: Decodable {
    struct Median: Decodable { let median: Double }
    struct Point: Decodable {
      let workers: Int
      let imagesPerSecond: Median
      let speedUp: Median
    }
    struct Curve: Decodable { let points: [Point] }

    let curves: [Curve]
  }

  /// The points of the first curve in a folder; nil where none was measured.
  static func points(in folder: RunFolder) -> [ScalingPoint]? {
    guard let bytes = try? readFile("\(folder.path)/scaling.json", byteLimit: 1 << 26),
      let file = try? decodedJSON(File.self, String(decoding: bytes, as: UTF8.self)),
      let curve = file.curves.first, !curve.points.isEmpty
    else { return nil }
    return curve.points.map {
      ScalingPoint(
        workers: $0.workers, imagesPerSecond: $0.imagesPerSecond.median,
        speedup: $0.speedUp.median)
    }
  }
}
