/// Why a group of members cannot go on.
package enum GroupFailure: Error, Equatable, Sendable {
  /// A member that is gone or does not answer: its rank, the name of its machine and what is known.
  case lost(rank: Int, machine: String, reason: String)
  /// Members whose weights differ from those of most after an epoch, counted from 1.
  case differentWeights(ranks: [Int], epoch: Int)
}

extension GroupFailure: CustomStringConvertible {
  /// What happened, as a clause.
  package var description: String {
    switch self {
    case .lost(let rank, let machine, let reason): "rank \(rank) on \(machine) \(reason)"
    case .differentWeights(let ranks, let epoch):
      "after epoch \(epoch) the weights of \(ranks.count == 1 ? "rank" : "ranks") "
        + "\(ranks.map(String.init).joined(separator: ", ")) differ from those of the others: "
        + "a fault of a processor or its memory"
    }
  }
}

/// The members whose value differs from that of most; among equal numbers, rank 0 is right.
///
/// - Parameter values: by rank.
/// - Returns: their ranks, ascending.
package func ranksThatDiffer(_ values: [[UInt8]]) -> [Int] {
  var counts: [[UInt8]: Int] = [:]
  for value in values { counts[value, default: 0] += 1 }
  let most = counts.values.max() ?? 0
  let right = values.first { counts[$0] == most }
  return values.indices.filter { values[$0] != right }
}
