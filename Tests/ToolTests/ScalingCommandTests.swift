import Foundation
import Testing
import TestSupport

@Suite(.serialized) struct ScalingCommandTests {
  private func scaling(_ arguments: String..., in folder: TemporaryFolder) throws -> Run {
    try run(
      lockstepBinary,
      ["scaling", "--synthetic", "512", "--hidden", "16", "--batch-size", "64"] + arguments
        + ["--output", folder("s")])
  }

  @Test func `every sample is saved and equal batches give equal bits`() throws {
    let folder = try TemporaryFolder()
    let result = try scaling(
      "--images", "1024", "--repeats", "2", "--worker-counts", "2,3", in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let report = try json(file: folder("s/scaling.json"))
    let samples = try #require(report["samples"] as? [[String: Any]])
    // One worker is always there to compare with.
    #expect(samples.count == 2 * 2 * 3)
    func fingerprints(batchSize: Int) -> Set<String> {
      Set(
        samples.filter { $0["batchSize"] as? Int == batchSize }
          .compactMap { $0["fingerprint"] as? String })
    }
    for batchSize in [64, 128, 192] { #expect(fingerprints(batchSize: batchSize).count == 1) }
    #expect(
      fingerprints(batchSize: 64) != fingerprints(batchSize: 128), "other batches, other weights")
    for sample in samples {
      let (images, batch) = (sample["images"] as? Int ?? 0, sample["batchSize"] as? Int ?? 1)
      #expect(images >= 1024 && images % batch == 0)
      #expect(sample["peakGigaflops"] as? Double ?? 0 > 0)
      #expect((1...(sample["workers"] as? Int ?? 0)).contains(sample["threads"] as? Int ?? 0))
    }
    let csv = try String(contentsOfFile: folder("s/scaling.csv"), encoding: .utf8)
    let rows = csv.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.count == 1 + samples.count && rows.allSatisfy { $0.count == rows[0].count })
    #expect(!FileManager.default.fileExists(atPath: folder("s/phases.csv")))
    #expect(try #require(result.value("processors")).contains("affinity"))
    #expect(result.output.contains("Strong scaling") && result.output.contains("Weak scaling"))
  }

  @Test func `one mode alone is one table`() throws {
    let folder = try TemporaryFolder()
    let result = try scaling(
      "--images", "512", "--repeats", "1", "--mode", "weak", "--worker-counts", "1,2,16",
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(!result.output.contains("Strong scaling") && result.output.contains("Gustafson"))
    // 16 workers with 64 images each are more than the 512 of the set, and the command says so.
    #expect(result.output.contains("weak scaling ends at 2 workers"))
    let samples = try json(file: folder("s/scaling.json"))["samples"] as? [[String: Any]]
    #expect(samples?.compactMap { $0["workers"] as? Int }.sorted() == [1, 2])
  }

  @Test func `bfloat16 scales with its own bits or is refused`() throws {
    let folder = try TemporaryFolder()
    let options = ["--images", "512", "--repeats", "1", "--mode", "strong", "--worker-counts", "2"]
    func fingerprint(_ precision: String) throws -> String? {
      let result = try run(
        lockstepBinary,
        ["scaling", "--synthetic", "512", "--hidden", "32,16", "--batch-size", "64"] + options
          + ["--precision", precision, "--output", folder(precision)])
      guard result.status == 0 else {
        #expect(result.status == 64 && result.errors.contains("bf16 needs a processor"))
        return nil
      }
      let report = try json(file: folder(precision) + "/scaling.json")
      #expect((report["precision"] as? String)?.hasPrefix(precision) == true)
      let samples = report["samples"] as? [[String: Any]] ?? []
      let fingerprints = Set(samples.compactMap { $0["fingerprint"] as? String })
      #expect(fingerprints.count == 1, "one worker and two")
      return fingerprints.first
    }
    let float = try fingerprint("float")
    #expect(float != nil)
    #expect(try fingerprint("bf16") != float)
  }

  /// The law of what the command prints is in the library's tests; here the parts come together.
  @Test func `a simulation follows from its samples`() throws {
    let folder = try TemporaryFolder()
    let plot = folder("plot.png")
    let result = try scaling(
      "--images", "2048", "--repeats", "3", "--mode", "strong", "--simulate", "20", "--plot", plot,
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let image = try #require(FileManager.default.contents(atPath: plot))
    #expect(image.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    let report = try json(file: folder("s/scaling.json"))
    let simulation = try #require(report["simulation"] as? [String: Any])
    let models = try #require(simulation["models"] as? [[String: Any]])
    let phases = try #require(report["phaseSamples"] as? [[String: Any]])
    #expect(models.count == 3)
    // One worker's step is its phases, hand-overs and the rest.
    for (model, sample) in zip(models, phases.filter { $0["workers"] as? Int == 1 }) {
      let phases = model["phases"] as? [[String: Any]] ?? []
      #expect(phases.compactMap { $0["seconds"] as? Double } == sample["phaseSeconds"] as? [Double])
      let work = (sample["phaseSeconds"] as? [Double] ?? []).reduce(0, +)
      let step = sample["stepSeconds"] as? Double ?? 0
      #expect(work > 0 && work < step)
    }
    let predictions = try #require(simulation["predictions"] as? [[String: Any]])
    let counts = predictions.compactMap { $0["workers"] as? Int }
    #expect(Set(counts).isSuperset(of: [1, 2, 4, 8, 16, 20]) && counts == counts.sorted())
    for prediction in predictions {
      let speedUp = (prediction["speedUp"] as? [String: Any])?["median"] as? Double ?? -1
      #expect(speedUp > 0 && speedUp <= Double(prediction["workers"] as? Int ?? 0) * 1.000_001)
    }
    let csv = try String(contentsOfFile: folder("s/phases.csv"), encoding: .utf8)
    let rows = csv.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.count == 1 + phases.count && rows.allSatisfy { $0.count == rows[0].count })
  }

  @Test func `samples record what else happened, and the report says it`() throws {
    let folder = try TemporaryFolder()
    let result = try scaling("--images", "512", "--repeats", "2", "--json", in: folder)
    #expect(result.status == 0, "\(result.errors)")
    // What is printed is what is saved, and nothing else.
    let printed = try json(result.output)
    let saved = try json(file: folder("s/scaling.json"))
    #expect(NSDictionary(dictionary: printed) == NSDictionary(dictionary: saved))
    for sample in try #require(printed["samples"] as? [[String: Any]]) {
      let load = try #require(sample["load"] as? [String: Any])
      #expect(load["seconds"] as? Double ?? 0 > 0 && load["involuntarySwitches"] is Int)
    }
    #expect(printed["completeRounds"] as? Int == 2)
    #expect((printed["quiet"] as? [String: Any])?["disturbances"] is [Any])
    let text = try scaling("--images", "512", "--repeats", "2", in: folder).output
    #expect(text.contains("The machine was ") || text.contains("The rounds agree"), "\(text)")
  }

  /// Two numbers of workers fix Amdahl's law: it must not be carried on beside the simulation.
  @Test func `a law that nothing tests says nothing of more workers`() throws {
    let folder = try TemporaryFolder()
    let text = try scaling(
      "--images", "2048", "--repeats", "3", "--mode", "strong", "--worker-counts", "1,2",
      "--simulate", "8", in: folder
    ).output
    #expect(text.contains("Amdahl "))
    #expect(!text.contains("if that holds for more workers"))
    if text.contains("serial share") { #expect(text.contains("so it says nothing of more")) }
  }

  @Test func `an interrupt keeps the complete rounds`() throws {
    let folder = try TemporaryFolder()
    let started = try StartedRun(
      lockstepBinary,
      [
        "scaling", "--synthetic", "512", "--hidden", "16", "--batch-size", "64", "--images", "4096",
        "--repeats", "1000", "--mode", "strong", "--output", folder("s"),
      ])
    // Rounds take hundredths of a second, and the introduction is printed before the first one.
    while started.process.isRunning, !started.outputSoFar.contains("samples ") {
      Thread.sleep(forTimeInterval: 0.01)
    }
    Thread.sleep(forTimeInterval: 2)
    kill(started.process.processIdentifier, SIGINT)
    let result = started.finish()
    #expect(result.status == 130 && result.errors.contains("interrupted: "), "\(result.errors)")
    let report = try json(file: folder("s/scaling.json"))
    let rounds = try #require(report["completeRounds"] as? Int)
    #expect((1..<1000).contains(rounds))
    #expect(report["rounds"] as? Int == 1000)
    let samples = try #require(report["samples"] as? [[String: Any]])
    let complete = samples.filter { $0["round"] as? Int ?? 0 <= rounds }
    let counts = Set(samples.compactMap { $0["workers"] as? Int })
    #expect(
      complete.count == rounds * counts.count && samples.count < complete.count + counts.count)
    #expect(result.output.contains("Medians of \(rounds)") || rounds > 999, "\(result.output)")
    let orders = (1...rounds).map { round in
      complete.filter { $0["round"] as? Int == round }.compactMap { $0["workers"] as? Int }
    }
    #expect(rounds < 20 || Set(orders).count > 1, "workers come in random order")
  }

  @Test func `a place that takes no plot is named before measuring`() throws {
    let folder = try TemporaryFolder()
    let result = try scaling("--plot", folder("none/plot.svg"), in: folder)
    #expect(result.status == 74)
    #expect(result.errors.contains("none/plot.svg") && result.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder("s")))
  }
}
