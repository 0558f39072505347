import Lockstep
import Networks
import NumberText
import Scaling
import Statistics
import Workers

// The text that the command prints.

extension ScalingReport {
  /// The lines about the plan: data, network, processors.
  func introduction(imagesOfSet: Int) -> [String] {
    let processors = machine.processors
    let affinity =
      processors.affinity.map { $0 == processors.online ? "all" : "\($0) of them" } ?? "unknown"
    let quota = processors.quota.map { "\(fixed($0, 2)) processors" } ?? "none"
    let counts = plan.counts.map { "\($0)\($0 > plan.processors ? "*" : "")" }
    var lines = [
      "data        \(data): \(grouped(imagesOfSet)) images",
      "network     \(networkInWords(architecture))",
      "batch       \(plan.batchSize)",
      "products    \(factorsInWords(precision))",
      "machine     \(machine.processor)",
      "processors  \(processors.usable) to use: \(processors.online) online, affinity "
        + "\(affinity), quota \(quota)",
      "workers     \(counts.joined(separator: ", "))",
    ]
    if counts.contains(where: { $0.hasSuffix("*") }) {
      lines.append("            * not all have a processor all the time: shown, but not fitted")
    }
    lines.append(
      "samples     \(counted(plan.rounds, "round")), at least \(grouped(plan.images)) images a sample"
    )
    let weak = plan.counts(.weak)
    if plan.modes.contains(.weak), let last = weak.last, weak.count < plan.counts.count {
      lines.append(
        "            weak scaling ends at \(counted(last, "worker")): the set has too few images for more"
      )
    }
    return lines + [""]
  }

  /// The tables and the laws.
  var text: [String] {
    guard completeRounds > 0 else {
      return ["No round is complete; the \(counted(samples.count, "sample")) so far are saved."]
    }
    var lines: [String] = []
    for curve in curves {
      lines += [curve.title, ""] + curve.table + [""] + curve.lawLines + [""]
    }
    if skipsZeros {
      lines += [
        wrapped(
          "of peak (dense): products with a zero, which the first layer skips, count as done, so it may "
            + "exceed 100 %; lockstep profile leaves them out.", to: pageWidth), "",
      ]
    }
    if let simulation { lines += simulation.text + [""] }
    if let quiet { lines += [wrapped(quiet.text, to: pageWidth)] }
    return lines + [confidenceLine]
  }

  private var confidenceLine: String {
    guard let estimate = curves.first?.points.first?.imagesPerSecond, estimate.interval != nil
    else {
      return "One round gives no intervals; --repeats 6 or more gives some of 95 %."
    }
    let enough = estimate.confidence >= 0.95 ? "" : "; 95 % take --repeats 6 or more"
    return
      "Medians of \(counted(completeRounds, "round")); intervals hold the true one with a confidence of "
      + "\(percent(estimate.confidence, decimals: 0))\(enough)."
  }
}

extension Quietness {
  /// The lines on whether the measurement is reliable.
  fileprivate var text: String {
    guard !disturbances.isEmpty else {
      return isKnown
        ? "The machine was quiet: nothing else took processor time from the workers."
        : "The rounds agree; this system does not tell what else used the processors."
    }
    return "The machine was NOT QUIET: \(disturbances.map(\.inWords).joined(separator: "; ")). The "
      + "intervals hold this noise; measure again on a quiet machine before you believe a small "
      + "difference."
  }
}

extension Quietness.Disturbance {
  fileprivate var inWords: String {
    let share = percent(most, decimals: 0)
    return switch kind {
    case .otherPrograms: "other programs took up to \(share) of a sample's processor time"
    case .stolen: "other machines took up to \(share) of it"
    case .throttled: "the quota held workers up for up to \(share) of it"
    case .involuntarySwitches:
      "threads were taken from their processor up to \(grouped(Int(most))) times a second"
    case .peak: "the peak was up to \(fixed(most, 2)) times as high in one round as in another"
    case .speed:
      "the same steps were up to \(fixed(most, 2)) times as fast in one round as in another"
    }
  }
}

extension ScalingCurve {
  fileprivate var title: String {
    switch mode {
    case .strong: "Strong scaling: the same batch for any number of workers"
    case .weak: "Weak scaling: the batch grows with the workers"
    }
  }

  /// A line per number of workers. Equal bits can only be expected of equal batches.
  fileprivate var table: [String] {
    let isStrong = mode == .strong
    var table = Table(
      ["workers", "images/s", "speed-up", "efficiency", "threads", "of peak (dense)"]
        + [isStrong ? "fingerprint" : "batch"])
    for point in points {
      table.add(
        [
          "\(point.workers)\(point.isOverSubscribed ? "*" : "")",
          grouped(Int(point.imagesPerSecond.median)),
          point.workers == 1 ? "1" : speedUpInWords(point.speedUp),
          percent(point.speedUp.median / Double(point.workers), decimals: 0), "\(point.threads)",
          percent(point.shareOfPeak, decimals: 0),
          isStrong ? String(point.fingerprint.prefix(12)) : "\(point.batchSize)",
        ])
    }
    return table.lines
  }

  fileprivate var lawLines: [String] {
    laws.flatMap { law in
      let indent = String(repeating: " ", count: 12)
      return wrapped(law.findings.joined(separator: "; "), to: pageWidth - indent.count)
        .split(separator: "\n").enumerated().map { index, line in
          (index == 0 ? law.name.rightPadded(to: indent.count) : indent) + line
        }
    }
  }
}

extension SimulatedScaling {
  fileprivate var text: [String] {
    func micro(_ seconds: Double) -> String { fixed(seconds * 1e6, seconds < 1e-5 ? 2 : 0) }
    func middle(_ value: (StepModel) -> Double) -> Double {
      MedianInterval(models.map(value)).median
    }
    let phases = zip(["rows", "parameters"], models[0].phases.indices).map { name, phase in
      "\(name) \(micro(middle { $0.phases[phase].seconds })) µs"
    }
    let (growth, waking) = (
      models.compactMap(\.handOver.perFurtherWorker), models.map(\.start.second)
    )
    let handOver =
      "a phase's hand-overs cost \(micro(middle { $0.handOver.alone })) µs"
      + (growth.isEmpty
        ? "; what further workers add to it, and to the time of items, was not measured and counts as "
          + "nothing"
        : " and \(micro(MedianInterval(growth).median)) µs more for each further worker, waking them "
          + "\(micro(MedianInterval(waking).median)) µs")
    let slower = checks.last.map { check in
      let share = check.slowerItems.median
      return "With \(counted(check.workers, "worker")) the items took "
        + "\(percent(abs(share), decimals: 1)) \(share < 0 ? "less" : "more") time than with one, "
        + "whose memory no one else touches; the model carries that on."
    }
    let lines = [
      "Simulated: a batch of \(batchSize), a processor like these for each worker",
      "",
    ]
    return lines + table + [
      "",
      wrapped(
        "A step of one worker: \(phases.joined(separator: ", ")), outside of both "
          + "\(micro(middle { $0.serialSeconds })) µs; \(handOver).", to: pageWidth),
      wrapped(
        [
          checks.count > 1 ? slower : nil,
          amdahlInWords,
          "Where the model can be checked, it is off by at most "
            + "\(percent(largestResidual, decimals: 1)).",
        ].compactMap(\.self).joined(separator: " "), to: pageWidth),
    ]
  }

  /// The explanation why the simulation exceeds Amdahl's limit.
  private var amdahlInWords: String? {
    guard let (workers, causes) = loss else { return nil }
    func share(_ seconds: Double) -> String { percent(seconds / causes.total, decimals: 0) }
    return
      "Amdahl's law takes all that \(workers) workers lose for serial work, which further workers "
      + "wait for in full; the simulation finds \(share(causes.serial)) of it serial, "
      + "\(share(causes.exchange)) in memory that changes hands, "
      + "\(share(causes.handOver + causes.waking)) in hand-overs and waking, "
      + "\(share(causes.unevenItems)) in uneven items, and carries each on by its own rule: where the two "
      + "differ, this is why."
  }

  private var table: [String] {
    var table = Table([
      "workers", "items", "step (µs)", "images/s", "speed-up", "measured", "off by",
    ])
    for prediction in predictions {
      let check = checks.first { $0.workers == prediction.workers }
      table.add([
        "\(prediction.workers)", prediction.items.map(String.init).joined(separator: " + "),
        fixed(prediction.stepSeconds.median * 1e6, 0),
        grouped(Int(Double(batchSize) / prediction.stepSeconds.median)),
        prediction.workers == 1 ? "1" : speedUpInWords(prediction.speedUp),
        check.map { $0.workers == 1 ? "1" : speedUpInWords($0.speedUp.median) } ?? "–",
        check.map { ($0.residual.median > 0 ? "+" : "") + percent($0.residual.median, decimals: 1) }
          ?? "–",
      ])
    }
    return table.lines
  }
}
