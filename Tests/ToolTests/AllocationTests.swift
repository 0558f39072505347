import TestSupport

#if os(Linux)
  import Foundation
  import Testing

  private let compiler = ["clang", "cc"].first {
    (try? run("/usr/bin/env", [$0, "--version"]).status) == 0
  }

  @Suite(.enabled(if: compiler != nil, "there is no C compiler to count allocations with"))
  struct AllocationTests {
    /// An epoch takes memory for its order and its report, a region for its threads, a checkpoint for
    /// its file (none is written between epochs here); steps take none.
    @Test(arguments: ["1", "2"])
    func `a step takes no memory`(workers: String) throws {
      let folder = try TemporaryFolder()
      let library = folder("count.so")
      let source = packageRoot.appendingPathComponent(
        "Tests/ToolTests/Fixtures/count_allocations.c")
      let compiled = try run(
        "/usr/bin/env",
        [try #require(compiler), "-shared", "-fPIC", "-o", library, source.path, "-ldl"])
      try #require(compiled.status == 0, "\(compiled.errors)")

      func allocations(epochs: Int) throws -> Int {
        let result = try run(
          "/usr/bin/env",
          [
            "LD_PRELOAD=\(library)", lockstepBinary, "train", "--hidden", "20,10",
            "--batch-size", "1", "--learning-rate", "0.001", "--epochs", "\(epochs)", "--workers",
            workers, "--checkpoint-every", "300h", "--quiet",
            "--output", folder("run-\(epochs)"),
          ], in: packageRoot)
        try #require(result.status == 0, "\(result.errors)")
        let words = result.errors.split(whereSeparator: \.isWhitespace)
        let place = try #require(words.firstIndex(of: "allocations"))
        return try #require(Int(words[place + 1]))
      }
      let one = try allocations(epochs: 1)
      let data = try json(file: folder("run-1/run.json"))["data"] as? [String: Any]
      let steps = try #require(data?["trainCount"] as? Int)
      let further = try allocations(epochs: 2) - one
      #expect(further < steps / 4, "\(further) allocations in an epoch of \(steps) steps")
    }
  }
#endif
