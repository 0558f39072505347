import Foundation
import Testing
import TestSupport

/// The options of `lockstep train` that keep a network from overfitting.
@Suite struct RegularizationCommandTests {
  @Test func `regularization is said, recorded and resumed`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let options = [
      "train", "--data", data, "--hidden", "20", "--schedule", "constant", "--dropout", "0.5",
      "--input-dropout", "0.2", "--max-norm", "1.5", "--label-smoothing", "0.1",
    ]
    let whole = try run(lockstepBinary, options + ["--epochs", "4", "--output", folder("whole")])
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(
      whole.output.contains(
        "dropout 0.5, input dropout 0.2, max norm 1.5, label smoothing 0.1"))
    let settings = try json(file: folder("whole/run.json"))["settings"] as? [String: Any]
    let recorded = settings?["regularization"] as? [String: Double]
    #expect(
      recorded == [
        "dropout": 0.5, "inputDropout": 0.2, "maxNorm": 1.5, "labelSmoothing": 0.1,
      ])
    let part = try run(
      lockstepBinary,
      options + ["--epochs", "2", "--workers", "1", "--output", folder("part")])
    #expect(part.status == 0)
    let resumed = try lockstep(
      "train", "--resume", folder("part"), "--epochs", "4", "--workers", "2")
    #expect(resumed.value("fingerprint") == whole.value("fingerprint"), "\(resumed.errors)")
    let changed = try lockstep("train", "--resume", folder("part"), "--dropout", "0.1")
    #expect(changed.status == 64 && changed.errors.contains("--resume"), "\(changed.errors)")
    let compared = try lockstep("compare", folder("whole"), folder("part"))
    #expect(compared.output.contains("label smoothing"), "\(compared.output)")
  }

  @Test(arguments: [
    (["--dropout", "1"], "a dropout of 1.0 is not in 0 ..< 1"),
    (["--hidden", "0", "--dropout", "0.5"], "dropout needs a hidden layer"),
    (["--input-dropout=-0.1"], "an input dropout of -0.1 is not in 0 ..< 1"),
    (["--clip-norm", "0"], "a clip norm of 0.0 is not a finite number above 0"),
    (["--average", "1"], "an average's decay of 1.0 is not in 0 ..< 1"),
    (["--class-weights", "1,2"], "2 class weights for 10 classes"),
    (["--class-weights", "1,2,x"], "The value '1,2,x' is invalid for '--class-weights"),
    (["--max-norm", "0"], "a max-norm of 0.0 is not a finite float above 0"),
    (
      ["--loss", "squared-error", "--label-smoothing", "0.1"],
      "label smoothing needs softmax cross-entropy"
    ),
  ])
  func `a regularization that makes no sense is refused`(
    arguments: [String], words: String
  ) throws {
    let folder = try TemporaryFolder()
    let result = try run(
      lockstepBinary, ["train", "--output", folder("run")] + arguments, in: packageRoot)
    #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
  }
}
