/// The classes that a unit speaks most strongly for and against, by its outgoing weights.
public struct UnitVotes: Equatable, Sendable {
  /// The class with the largest outgoing weight.
  public let strongest: Int
  /// The class with the smallest, most negative one.
  public let weakest: Int
  /// The weight to `strongest`.
  public let largestWeight: Float
  /// The weight to `weakest`.
  public let smallestWeight: Float

  /// The votes as words: `+3` where the unit speaks for class 3, `−8` where it speaks against class 8.
  /// A unit whose weights are all of one sign has one of them, one without outgoing weights none.
  ///
  /// - Parameter names: the names of the classes; numbers stand for missing ones.
  /// - Returns: at most two words, that for a class first.
  public func words(_ names: [String]) -> [String] {
    func name(_ index: Int) -> String { names.indices ~= index ? names[index] : "\(index)" }
    return (largestWeight > 0 ? ["+" + name(strongest)] : [])
      + (smallestWeight < 0 ? ["−" + name(weakest)] : [])
  }
}

extension FeaturePictures {
  /// The votes of a unit.
  ///
  /// - Parameter unit: its index in the layer, 0 ..< `units`.
  /// - Returns: nil where no outgoing weights are known.
  public func votes(ofUnit unit: Int) -> UnitVotes? {
    precondition(0..<units ~= unit, "unit \(unit) is not one of the layer's \(units)")
    let weights = stride(from: unit, to: outgoing.count, by: units).map { outgoing[$0] }
    guard var strongest = weights.indices.first else { return nil }
    var weakest = strongest
    for index in weights.indices {
      if weights[index] > weights[strongest] { strongest = index }
      if weights[index] < weights[weakest] { weakest = index }
    }
    return UnitVotes(
      strongest: strongest, weakest: weakest, largestWeight: weights[strongest],
      smallestWeight: weights[weakest])
  }
}
