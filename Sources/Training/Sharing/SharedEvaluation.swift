import Communication
import Kernels
import Networks

extension Parameters {
  /// Evaluates the network on samples, of which each member of a group takes some leaves.
  ///
  /// - Parameters:
  ///   - samples: as of `evaluate(on:selection:workers:)`, the same for all members.
  ///   - selection: the same.
  ///   - workers: the number of this member's threads.
  ///   - communicator: connects the members.
  /// - Returns: mean loss and accuracy, to the bits of one process.
  func evaluate(
    on samples: SampleSet, selection: [Int32]?, workers: Int,
    with communicator: any Communicator
  ) -> Evaluation {
    let count = selection?.count ?? samples.count
    let own = LeafShares(samples: count, members: communicator.memberCount)
      .samples(ofMember: communicator.rank)
    var part = StepScalars(lossOfLeaves: [], correctCount: 0)
    if !own.isEmpty {
      let numbers = selection.map { Array($0[own]) } ?? own.map(Int32.init)
      let outcome = outcomes(on: samples, selection: numbers, workers: workers)
      part = StepScalars(
        lossOfLeaves: leafSums(outcome.losses, count: own.count),
        correctCount: outcome.correctCount)
    }
    let all = StepScalars(of: communicator.gather(part.bytes))
    return Evaluation(
      count: count, loss: sumOfLeaves(all.lossOfLeaves) / Double(count),
      correctCount: samples.hasClasses ? all.correctCount : nil)
  }
}

extension Trainer {
  /// Evaluates the network as it is now, together with the members of the group where there is one.
  ///
  /// - Parameter samples: a set that fits the architecture.
  /// - Returns: mean loss and accuracy.
  package func evaluate(on samples: SampleSet) -> Evaluation { evaluate(parameters, on: samples) }

  func evaluate(
    _ parameters: Parameters, on samples: SampleSet, selection: [Int32]? = nil
  ) -> Evaluation {
    guard let communicator else {
      return parameters.evaluate(on: samples, selection: selection, workers: workers).evaluation
    }
    return parameters.evaluate(
      on: samples, selection: selection, workers: workers, with: communicator)
  }

  /// Ends the group where the members' weights are not the same after an epoch.
  func compareWeights() {
    guard let communicator else { return }
    let prints =
      [trained.fingerprint] + optimizerState.slots.map(\.values.fingerprint)
      + (average.map { [$0.fingerprint] } ?? [])
    let differing = ranksThatDiffer(communicator.gather(Array(prints.joined().utf8)))
    if !differing.isEmpty {
      communicator.end(.differentWeights(ranks: differing, epoch: state.epoch))
    }
  }
}
