import Foundation
import TestSupport
import Testing

/// Trainings that begin with what an earlier one left: its settings, or its weights.
@Suite struct TrainingAgainTests {
  /// A run with settings that are no defaults.
  private func first(in folder: TemporaryFolder, _ data: String) throws -> String {
    let run = try lockstep(
      "train", "--data", data, "--hidden", "20,12", "--activation", "tanh", "--epochs", "3",
      "--optimizer", "adamw", "--learning-rate", "0.004", "--schedule", "step", "--decay", "0.3",
      "--decay-every", "2", "--dropout", "0.1", "--clip-norm", "0.7", "--average", "0.9",
      "--class-weights", "balanced", "--batch-size", "17", "--seed", "5", "--validation", "30",
      "--patience", "2", "--output", folder("first"))
    #expect(run.status == 0, "\(run.errors)")
    return try #require(run.value("fingerprint"))
  }

  @Test(arguments: ["first", "first/run.json", "first/model.safetensors"])
  func `--settings repeats a run to the bit`(place: String) throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let fingerprint = try first(in: folder, data)
    let again = try lockstep(
      "train", "--settings", folder(place), "--data", data, "--workers", "1", "--output",
      folder("again"))
    #expect(again.value("fingerprint") == fingerprint, "\(again.errors)")
  }

  @Test func `options on top change what they name`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try first(in: folder, data)
    let other = try lockstep(
      "train", "--settings", folder("first"), "--epochs", "2", "--decay-every", "1",
      "--activation", "relu", "--output", folder("other"))
    #expect(other.status == 0, "\(other.errors)")
    let (before, after) = (
      try json(file: folder("first/run.json")), try json(file: folder("other/run.json"))
    )
    // The data is that of the run, which was not named again.
    #expect(
      (after["data"] as? [String: Any])?["folder"] as? String
        == (before["data"] as? [String: Any])?["folder"] as? String)
    let layers = try #require((after["network"] as? [String: Any])?["layers"] as? [[String: Any]])
    #expect(layers.map { $0["outputs"] as? Int } == [20, 12, 10])
    #expect(layers.map { $0["activation"] as? String } == ["relu", "relu", "identity"])
    var expected = try #require(before["settings"] as? [String: Any])
    let settings = try #require(after["settings"] as? [String: Any])
    expected["epochs"] = 2
    expected["schedule"] = settings["schedule"]
    #expect(NSDictionary(dictionary: settings) == NSDictionary(dictionary: expected))
    #expect("\(settings["schedule"] ?? "")".contains("\"epochs\": 1"))
    #expect("\(settings["schedule"] ?? "")".contains("0.3"))
  }

  @Test func `another optimizer begins with its own numbers`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try first(in: folder, data)
    let other = try lockstep(
      "train", "--settings", folder("first"), "--optimizer", "sgd", "--output", folder("other"))
    #expect(other.status == 0, "\(other.errors)")
    let settings = try #require(
      try json(file: folder("other/run.json"))["settings"] as? [String: Any])
    #expect(settings["learningRate"] as? Double == 0.1)
    #expect("\(settings["optimizer"] ?? "")".contains("momentum"))
  }

  @Test func `settings that are not there are named`() throws {
    let folder = try TemporaryFolder()
    let missing = try lockstep("train", "--settings", folder("none"))
    #expect(missing.status == 66 && missing.errors.contains(folder("none")), "\(missing.errors)")
    let text = try folder.write("{}", to: "run.json")
    let wrong = try lockstep("train", "--settings", text)
    #expect(wrong.status == 65 && wrong.errors.contains("record of a run"), "\(wrong.errors)")
  }

  @Test func `--from goes on from a model's weights`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let fingerprint = try first(in: folder, data)
    let still = try lockstep(
      "train", "--from", folder("first"), "--data", data, "--learning-rate", "0", "--epochs", "1",
      "--weight-decay", "0", "--output", folder("still"))
    #expect(still.value("fingerprint") == fingerprint, "\(still.errors)")
    let start = try json(file: folder("still/run.json"))["start"] as? [String: Any]
    #expect(start?["fingerprint"] as? String == fingerprint)
    #expect(start?["path"] as? String == folder("first"))
    #expect(try lockstep("info", folder("still")).status == 0)

    // Moved away, for a model that is passed on tells no paths.
    let options = ["train", "--from", folder("first/model.safetensors"), "--data", data]
    let whole = try run(
      lockstepBinary, options + ["--epochs", "4", "--output", folder("whole")])
    let part = try run(
      lockstepBinary,
      options + ["--epochs", "4", "--stop-after", "2", "--output", folder("part")])
    #expect(part.status == 0, "\(part.errors)")
    let resumed = try lockstep("train", "--resume", folder("part"), "--workers", "1")
    #expect(resumed.value("fingerprint") == whole.value("fingerprint"), "\(resumed.errors)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder("whole/model.safetensors")))
    #expect(bytes.range(of: Data(folder.path.utf8)) == nil)
  }

  @Test func `other classes get an output layer of their own`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try first(in: folder, data)
    // Three kinds of 28 × 28 pixels, each with a bright row of its own.
    let rows = (0..<60).map { sample in
      let pixels = (0..<784).map { pixel in
        pixel / 28 == 5 + 7 * (sample % 3) ? "\(200 + sample % 50)" : "0"
      }
      return (["\(sample % 3)"] + pixels).joined(separator: ",")
    }
    let kinds = try folder.write(rows.joined(separator: "\n") + "\n", to: "kinds.csv")
    let tuned = try lockstep(
      "train", "--from", folder("first"), "--data", kinds, "--epochs", "5", "--output",
      folder("tuned"))
    #expect(
      tuned.status == 0 && tuned.errors.contains("output layer begins anew"), "\(tuned.errors)")
    let network = try json(file: folder("tuned/run.json"))["network"] as? [String: Any]
    #expect(network?["widths"] as? String == "784-20-12-3")
    let still = try lockstep(
      "train", "--from", folder("first"), "--data", kinds, "--epochs", "1",
      "--learning-rate", "0", "--weight-decay", "0", "--output", folder("still"))
    #expect(still.status == 0, "\(still.errors)")
  }

  @Test func `a network beside --from is refused, and so is --from with --resume`() throws {
    let folder = try TemporaryFolder()
    let both = try lockstep("train", "--from", folder("m"), "--hidden", "20")
    #expect(both.status == 64 && both.errors.contains("--from takes the network"), "\(both.errors)")
    let resumed = try lockstep("train", "--resume", folder("m"), "--from", folder("m"))
    #expect(resumed.status == 64 && resumed.errors.contains("--resume"), "\(resumed.errors)")
    let missing = try lockstep("train", "--from", folder("none"))
    #expect(missing.status == 66, "\(missing.errors)")
  }
}
