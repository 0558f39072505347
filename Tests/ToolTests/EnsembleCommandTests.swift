import Foundation
import TestSupport
import Testing

/// `lockstep evaluate` with several models.
@Suite struct EnsembleCommandTests {
  @Test func `several models answer together`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    for seed in ["1", "2", "3"] {
      let run = try lockstep(
        "train", "--data", data, "--hidden", "16", "--epochs", "3", "--seed", seed, "--output",
        folder(seed))
      #expect(run.status == 0, "\(run.errors)")
    }
    let models = [folder("1"), folder("2/model.safetensors"), folder("3")]
    let report = try json(run(lockstepBinary, ["evaluate"] + models + ["--json"]).output)
    let members = try #require(report["members"] as? [[String: Any]])
    #expect(members.map { $0["model"] as? String } == models)
    for (model, member) in zip(models, members) {
      let alone = try json(lockstep("evaluate", model, "--json").output)
      for key in ["accuracy", "loss"] {
        #expect(member[key] as? Double == alone[key] as? Double)
      }
      #expect(member["fingerprint"] as? String == alone["fingerprint"] as? String)
    }
    // −log of a mean is at most the mean of −log.
    let losses = members.compactMap { $0["loss"] as? Double }
    let loss = try #require(report["loss"] as? Double)
    #expect(loss < losses.reduce(0, +) / 3)
    let text = try run(lockstepBinary, ["evaluate"] + models)
    #expect(
      text.output.contains("all together") && text.output.contains("recall"), "\(text.errors)")

    // An ensemble of one model with itself is that model.
    let twice = try json(lockstep("evaluate", models[0], models[0], "--json").output)
    let once = try json(lockstep("evaluate", models[0], "--json").output)
    #expect(twice["accuracy"] as? Double == once["accuracy"] as? Double)
    let (own, same) = (
      try #require(once["loss"] as? Double), try #require(twice["loss"] as? Double)
    )
    #expect(abs(own - same) < 1e-5)
    #expect(twice["confusion"] as? [[Int]] == once["confusion"] as? [[Int]])
  }

  @Test func `a model whose outputs are no probabilities is named`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try lockstep(
      "train", "--data", data, "--hidden", "16", "--epochs", "1", "--output", folder("a"))
    _ = try lockstep(
      "train", "--data", data, "--hidden", "16", "--epochs", "1", "--loss", "squared-error",
      "--learning-rate", "0.01", "--output", folder("b"))
    let result = try lockstep("evaluate", folder("a"), folder("b"))
    #expect(result.status == 65, "\(result.errors)")
    #expect(result.errors.contains(folder("b")) && result.errors.contains("probabilities"))
  }
}
