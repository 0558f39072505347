import Networks
import NumberText
import Scaling
import Statistics
import Training

/// The measured time of each pass of a step.
struct ProfileReport: Encodable {
  /// A pass and its times.
  struct Row: Encodable {
    /// The layer, such as 784-512; nil for a pass over none.
    let layer: String?
    let pass: String
    /// In seconds.
    let time: MedianInterval
    /// The share of the step.
    let share: Double
    /// GFLOP/s, and their share of the peak; nil for a pass without multiply-adds.
    let gigaflops: Double?
    let shareOfPeak: Double?
  }

  let network: String
  let batchSize: Int
  let precision: Precision
  let optimizer: Optimizer
  /// How many steps were measured.
  let steps: Int
  /// The peak of the processor in GFLOP/s.
  let peakGigaflops: Double
  let rows: [Row]
  /// The time of all passes together, in seconds.
  let stepSeconds: Double
  var imagesPerSecond: Double { Double(batchSize) / stepSeconds }

  private enum CodingKeys: CodingKey {
    case network, batchSize, precision, optimizer, steps, peakGigaflops, rows, stepSeconds
  }

  /// Repeats the step for about `seconds` and times its passes.
  init(of step: LayerProfiler, _ architecture: Architecture, batchSize: Int, seconds: Double) {
    let clock = ContinuousClock()
    func time(_ pass: LayerProfiler.Pass) -> Double {
      let begin = clock.now
      step.run(pass)
      return (clock.now - begin).seconds
    }
    var times = step.passes.map { _ in [Double]() }
    // The first step warms up memory and processor.
    step.passes.forEach(step.run)
    let begin = clock.now
    repeat {
      for (index, pass) in step.passes.enumerated() { times[index].append(time(pass)) }
    } while (clock.now - begin).seconds < seconds && times[0].count < MedianInterval.countLimit
    let peak = MedianInterval((0..<3).map { _ in measurePeakGigaflops(workers: 1) }).median

    let estimates = times.map { MedianInterval($0) }
    let whole = estimates.reduce(0) { $0 + $1.median }
    rows = zip(step.passes, estimates).map { pass, estimate in
      let operations = 2 * Double(step.multiplyAdds(pass))
      let gigaflops = operations > 0 ? operations / max(estimate.median, 1e-9) / 1e9 : nil
      return Row(
        layer: pass.layer.map {
          "\(architecture.inputs(ofLayer: $0))-\(architecture.layers[$0].outputs)"
        },
        pass: pass.name, time: estimate, share: estimate.median / whole, gigaflops: gigaflops,
        shareOfPeak: gigaflops.map { $0 / peak })
    }
    network = "\(architecture)"
    self.batchSize = batchSize
    precision = step.precision
    optimizer = step.optimizer
    steps = times[0].count
    peakGigaflops = peak
    stepSeconds = whole
  }

  private var optimizerInWords: String {
    switch optimizer {
    case .sgd(let momentum, _, _): "SGD \(momentum > 0 ? "with" : "without") momentum"
    case .adamW: "AdamW"
    }
  }

  /// What the command prints.
  var text: [String] {
    var table = Table(
      ["layer", "pass", "µs", "range", "of the step", "GFLOP/s", "of peak (done)"], textColumns: 2)
    func micro(_ seconds: Double) -> String { fixed(seconds * 1e6, seconds < 1e-4 ? 1 : 0) }
    for row in rows {
      table.add([
        row.layer ?? "", row.pass, micro(row.time.median),
        row.time.interval.map { "\(micro($0.lowerBound))–\(micro($0.upperBound))" } ?? "",
        percent(row.share, decimals: 1), row.gigaflops.map { fixed($0, 1) } ?? "",
        row.shareOfPeak.map { percent($0, decimals: 0) } ?? "",
      ])
    }
    table.add(["", "step", micro(stepSeconds), "", percent(1, decimals: 1), "", ""])
    return [
      "network     \(network), batch \(batchSize), 1 thread",
      "products    \(factorsInWords(precision)), \(optimizerInWords)",
      "steps       \(grouped(steps)): medians, with intervals of at least 95 % confidence",
      "speed       \(grouped(Int(imagesPerSecond))) images/s",
      "peak        \(fixed(peakGigaflops, 1)) GFLOP/s",
      "",
    ] + table.lines
  }
}

extension LayerProfiler.Pass {
  fileprivate var name: String {
    switch self {
    case .samples: "samples"
    case .forward: "forward"
    case .loss: "loss"
    case .backward: "backward"
    case .update: "gradient and update"
    }
  }

  fileprivate var layer: Int? {
    switch self {
    case .samples, .loss: nil
    case .forward(let layer), .backward(let layer), .update(let layer): layer
    }
  }
}
