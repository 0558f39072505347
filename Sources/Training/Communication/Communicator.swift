import Kernels
import Networks

/// The connection of trainers that share each mini-batch: each computes the gradient of some of its
/// leaves, and all add the sums in one order. The trainers then take the same step, to the bits that
/// one trainer alone computes.
package protocol Communicator: Sendable {
  /// The number of this trainer, 0 … `memberCount` − 1.
  var rank: Int { get }
  /// The number of trainers.
  var memberCount: Int { get }

  /// Replaces the sums of a step over the own leaves by those over all leaves.
  ///
  /// The sums of the first `contributors` members, by rank, are added as the leaves of the tree of
  /// docs/arithmetic.md are, see `sumInTree`. The others have none. Every member calls this once in
  /// each step, and returns when all have.
  func allReduce(_ sums: StepSums, contributors: Int)
}

/// The sums of a step over some leaves of its mini-batch.
package final class StepSums {
  /// Σ inputs · errors, not divided by the number of samples.
  package let gradient: ParameterMemory
  /// The sum of the losses.
  package var loss = 0.0
  /// The number of correct predictions.
  package var correctCount = 0
  /// The first layer with a non-finite activation or, where only the loss is not finite, the last
  /// layer; nil where all is finite.
  package var failedLayer: Int?

  /// Sums of a network.
  package init(_ architecture: Architecture) { gradient = ParameterMemory(architecture) }

  /// Adds the sums over the leaves that follow.
  package func add(_ other: StepSums) {
    gradient.add(other.gradient)
    loss += other.loss
    correctCount += other.correctCount
    failedLayer = [failedLayer, other.failedLayer].compactMap(\.self).min()
  }

  /// Takes the sums of another.
  package func copy(from other: StepSums) {
    gradient.copy(from: other.gradient)
    loss = other.loss
    correctCount = other.correctCount
    failedLayer = other.failedLayer
  }
}

/// Adds sums by index in a binary tree, the right neighbour's to the left one's; the first one's then
/// hold the sum of all. An odd one is carried up.
package func sumInTree(_ sums: [StepSums]) {
  var step = 1
  while step < sums.count {
    for index in stride(from: 0, to: sums.count - step, by: 2 * step) {
      sums[index].add(sums[index + step])
    }
    step *= 2
  }
}

/// The leaves of a mini-batch that a member computes: a subtree of the tree over all leaves, so that
/// adding the members' sums by rank in a tree gives its bits.
struct LeafShare {
  /// The samples of the member.
  let samples: Range<Int>
  /// The number of members that have leaves, which are the first ones.
  let contributors: Int

  /// - Parameters:
  ///   - rank: the member's number.
  ///   - memberCount: the number of members.
  ///   - samples: the number of samples of the mini-batch.
  init(rank: Int, memberCount: Int, samples: Int) {
    let leaves = (samples + leafSampleCount - 1) / leafSampleCount
    var perMember = 1
    while perMember * memberCount < leaves { perMember *= 2 }
    contributors = (leaves + perMember - 1) / perMember
    let first = min(rank * perMember * leafSampleCount, samples)
    self.samples = first..<min((rank + 1) * perMember * leafSampleCount, samples)
  }
}
