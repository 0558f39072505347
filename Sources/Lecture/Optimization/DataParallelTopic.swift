import Foundation
import Kernels
import Networks
import Pictures
import Reference
import Training

/// A8: one step by many workers.
package struct DataParallelTopic: Topic {
  package static let number = "A8"
  package static let name = "data-parallelism"
  package static let title = "Data parallelism: shards, one sum, one step"
  package static let explanation = """
    The gradient of a mini-batch is a mean over its samples. So it can be cut into shards, a worker \
    for each, and the shards' gradients, weighted by their sizes, are the gradient. In floating \
    point the order of that sum decides the last bits. Lockstep fixes it: leaves of 64 samples, each \
    added in order, then a binary tree over the leaves. Shards share out the rows of both passes and \
    decide no sum. A mini-batch of up to 64 samples is one leaf.

    The speed-up has a limit: if one worker does a share s alone while the others wait, p workers \
    are 1/(s + (1 − s)/p) times as fast, and none are more than 1/s (Amdahl).

    The trainer's own passes and sums compute all of it on one mini-batch of digits; times are those \
    of its steps.
    """
  package static let formula =
    #"\nabla E = \sum_k \frac{n_k}{n} \nabla E_k, \qquad S(p) = \frac{1}{s + (1 - s)/p}"#
  package static let question = Question(
    "Four workers each sum the gradients of a quarter of the mini-batch, and the four sums are added "
      + "as they arrive. Is the result the same in every run? What if there are two workers?",
    answer: """
      The same up to rounding, but not to the bit: thousands of the 25,450 sums change their last bits \
      with the order, and with the number of shards. Over many steps such bits grow into another network. \
      With a fixed tree over fixed leaves neither order nor number matters.
      """)
  package static let exercise = """
    Run `lockstep lecture data-parallelism --batch-size 32` (how many leaves are there?) and \
    `lockstep scaling --mode strong --worker-counts 1,2 --seconds 1` for the speed-up with more care.
    """

  /// n: the samples of the mini-batch.
  package var batchSize = 250
  /// The number of shards.
  package var shardCount = 4
  /// The numbers of workers whose steps are timed, from 1 upwards.
  package var workerCounts = [1, 2]

  package init() {}

  package var validationError: String? {
    if !(1...1000).contains(batchSize) { return "a mini-batch has from 1 to 1,000 samples" }
    if !(1...16).contains(shardCount) { return "from 1 to 16 shards are drawn" }
    if shardCount > batchSize { return "\(batchSize) samples make no \(shardCount) shards" }
    return workerCounts.first == 1 && workerCounts.count <= 6 && (workerCounts.last ?? 0) <= 64
      && zip(workerCounts, workerCounts.dropFirst()).allSatisfy({ $0 < $1 })
      ? nil : "numbers of workers ascend from 1, up to six of them, up to 64"
  }

  private static let architecture = Architecture(
    inputs: 784, hidden: [32], activation: .logistic, outputs: 10)

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let train = try classroom.digits().train
    let order = epochOrder(
      of: (0..<train.count).map { Int32($0) }, seed: classroom.seed, epoch: 0)
    let samples = order.prefix(batchSize).map { Int($0) }
    let parameters = Parameters(Self.architecture, seed: classroom.seed)
    let gradient = ShardedGradient(
      parameters, Batch(train, samples: samples), shards: shardCount)
    let times = StepTimes(workerCounts, batchSize: batchSize, train, classroom)

    var shown = Demonstration(
      .drawing(
        DataParallelDrawing(
          gradient, images: samples.map(train.row), speedUp: times.figure(limit: 8)
        ).drawing(title: Self.title)))
    var table = NumberTable(
      "A mini-batch of \(batchSize) digits in shards; network \(Self.architecture)",
      columns: ["shard", "rows", "nₖ/n", "‖∇Eₖ‖", "distance to ∇E"])
    let whole = gradient.whole.map(Double.init)
    for (index, (rows, part)) in zip(gradient.shards, gradient.ofShards).enumerated() {
      let part = part.map(Double.init)
      table.add(
        .whole(index + 1), .text("\(rows.lowerBound)–\(rows.upperBound - 1)"),
        .number(Double(rows.count) / Double(batchSize), digits: 3), .number(norm(part), digits: 4),
        .number(distance(part, whole), digits: 3))
    }
    let mean = gradient.mean(isWeighted: true)
    table.add(
      "weighted mean", "all", 1, .number(norm(mean), digits: 4),
      .number(distance(mean, whole), digits: 2))
    shown.show(table)
    shown.show(times.table)
    shown.say(times.words)
    claimMean(gradient, &shown)
    claimOrder(gradient, &shown)
    try claimBits(gradient, parameters, train, samples, classroom, &shown)
    claimWork(&shown)
    return shown
  }

  // MARK: - Claims

  private func claimMean(_ gradient: ShardedGradient, _ shown: inout Demonstration) {
    // The same terms in two sums of single precision, each term rounded for itself, up to 63 times in
    // its leaf, once a level of the tree and twice at the end.
    let levels = Int.bitWidth - (gradient.leaves.count - 1).leadingZeroBitCount
    let roundings = Double(1 + 63 + levels + 2)
    let allowed = gradient.meanSize.map { 2 * roundings * 0x1p-24 * 1.01 * $0 }
    func excess(_ mean: [Double]) -> Double {
      maximum(
        of: zip(zip(mean, gradient.whole), allowed).map { pair, allowed in
          let distance = abs(pair.0 - Double(pair.1))
          return distance == 0 ? 0 : distance / allowed
        })
    }
    let weighted = excess(gradient.mean(isWeighted: true))
    shown.claim(
      "the shards' gradients, weighted by their sizes, are the gradient of the mini-batch",
      found: "at most \(significant(weighted, 2)) of what rounding allows, in "
        + "\(plainNumber(gradient.whole.count)) derivatives", holds: weighted <= 1)
    let statement = "without the weights their mean is not"
    if Set(gradient.shards.map(\.count)).count == 1 {
      shown.leaveOut(statement, because: "all shards have the same size")
    } else {
      let plain = excess(gradient.mean(isWeighted: false))
      shown.claim(
        statement, found: "up to \(significant(plain, 2)) times what rounding allows",
        holds: plain > 1)
    }
  }

  private func claimOrder(_ gradient: ShardedGradient, _ shown: inout Demonstration) {
    let statement =
      "the same shards' sums, added from the first or from the last, have different bits"
    guard gradient.shards.count > 2 else {
      shown.leaveOut(statement, because: "two numbers have one sum")
      return
    }
    let (forward, backward) = (gradient.sum(isReversed: false), gradient.sum(isReversed: true))
    let different = zip(forward, backward).count { $0 != $1 }
    shown.claim(
      statement,
      found: "\(plainNumber(different)) of \(plainNumber(forward.count)) sums",
      holds: different > 0)
  }

  private func claimBits(
    _ gradient: ShardedGradient, _ parameters: Parameters, _ train: SampleSet, _ samples: [Int],
    _ classroom: Classroom, _ shown: inout Demonstration
  ) throws {
    // One step of the trainer on these samples. Its order of them is its own, so they are handed to
    // it in the order that it will undo.
    let settings = TrainingSettings(
      epochs: 1, batchSize: batchSize, learningRate: 0.5, schedule: .constant,
      optimizer: .plainSGD, seed: classroom.seed)
    let own = epochOrder(
      of: (0..<batchSize).map { Int32($0) }, seed: classroom.seed, epoch: 0)
    var places = samples
    for (row, place) in own.enumerated() { places[Int(place)] = samples[row] }
    let trainer = Trainer(
      from: parameters, training: train.selecting(places), settings: settings,
      workers: classroom.workers)
    try trainer.run()
    let factor = 1 / Float(batchSize)
    let expected = zip(parameters.tensors().flatMap(\.values), gradient.tree).map { w, sum in
      w.addingProduct(-0.5, sum * factor)
    }
    let found = trainer.parameters.tensors().flatMap(\.values)
    let equal = zip(expected, found).count { $0 == $1 }
    shown.claim(
      "the trainer's step is w − η times the sum in the tree over leaves of \(leafSampleCount), to "
        + "the bit",
      found: "\(plainNumber(equal)) of \(plainNumber(found.count)) weights and biases, "
        + "\(gradient.leaves.count) \(gradient.leaves.count == 1 ? "leaf" : "leaves")",
      holds: equal == found.count)

    let epoch = train.thinned(to: min(1000, train.count))
    let alone = Trainer(
      from: parameters, training: epoch, settings: settings, workers: 1)
    try alone.run()
    var all: [String?] = []
    for (workers, rows) in [(2, 2), (3, 10), (4, 64)] {
      let trainer = Trainer(
        parameters: parameters, training: epoch, test: nil, settings: settings, workers: workers,
        usesAllWorkers: true, shardRows: rows)
      try trainer.run()
      all.append(trainer.parameters.fingerprint)
    }
    for members in 2...4 {
      all += fingerprints(ofMembers: members, Self.architecture, epoch, settings)
    }
    shown.claim(
      "an epoch has the same bits by 1 to 4 workers, in shards of 2, 10 or 64 rows, and by 2 to 4 "
        + "trainers that share each mini-batch",
      found: "fingerprint \(alone.parameters.fingerprint.prefix(16))… \(all.count + 1) times",
      holds: all.allSatisfy { $0 == alone.parameters.fingerprint })
  }

  private func claimWork(_ shown: inout Demonstration) {
    let plans = workerCounts.map {
      WorkPartition(StepTimes.architecture, batchSize: batchSize, workers: $0)
    }
    let works = plans.map { $0.phases.joined().reduce(0, +) }
    let counted = batchSize * StepTimes.architecture.multiplyAddsPerSample
    shown.claim(
      "no work is done twice: shards and parts hold the multiply-adds of one worker, for any number",
      found: "\(plainNumber(works[0])), in "
        + zip(workerCounts, plans).map { workers, plan in
          "\(plan.phases[0].count) shards and \(plan.phases[1].count) parts for \(workers)"
        }.joined(separator: ", "), holds: works.allSatisfy { $0 == counted })
  }
}
