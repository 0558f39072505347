import Kernels

/// Which way of writing makes steps faster, found by trying both now and then.
///
/// It depends on how far the processors lie from each other, which no one tells and which may change on
/// a virtual machine: on two that shared no cache, streamed writing was up to 2.5 times as fast, on two
/// that did, up to a tenth slower. It decides how a step is computed, never what.
package struct WritingChoice {
  /// How the next steps write.
  package var next: Writing {
    switch turn % Self.period {
    case Self.trial: .streamed
    case Self.trial + 1: .cached
    default: best
    }
  }

  private var turn = 0
  private var best = Writing.cached
  private var streamedTime = Duration.zero

  package init() {}

  /// A pair of trials comes around after so many turns: seldom enough to cost little, often enough to
  /// follow a machine.
  package static let period = 32
  /// The turn of the first trial; before it memory and threads are still waking up.
  package static let trial = 1

  /// Takes note of how long steps took that wrote as `next` said, and goes on.
  package mutating func note(_ timePerStep: Duration) {
    switch turn % Self.period {
    case Self.trial: streamedTime = timePerStep
    case Self.trial + 1: best = streamedTime < timePerStep ? .streamed : .cached
    default: break
    }
    turn += 1
  }
}
