import Foundation
import Networks
import Testing
import TestSupport

/// What `lecture` does where something is wrong: with its use, with files, with the reader of its
/// output, and with a claim.
@Suite struct LectureFaultTests {
  /// One line on standard error with evidence, and a status of sysexits.h.
  private func expectComplaint(
    _ arguments: [String], status: Int32, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try run(lockstepBinary, ["lecture"] + arguments)
    #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    #expect(
      result.errors.split(separator: "\n").count == 1, "\(result.errors)",
      sourceLocation: sourceLocation)
    for word in words {
      #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: sourceLocation)
    }
  }

  /// A network whose parameters all have one value, as a model's file.
  private func model(
    _ architecture: Architecture, of value: Float, in folder: TemporaryFolder
  ) throws -> String {
    let path = folder("model.safetensors")
    let tensors = Parameters(architecture).tensors().map {
      Safetensors.Tensor(
        name: $0.name, shape: $0.shape, values: Array(repeating: value, count: $0.values.count))
    }
    let parameters = try Parameters(architecture, tensors: tensors[...], prefix: "", file: path)
    try Model(parameters: parameters).write(to: path)
    return path
  }

  @Test func `topics that are none`() throws {
    try expectComplaint(["foo"], status: 64, "no topic", "foo", "lockstep lecture")
    try expectComplaint(["e1"], status: 64, "no topic", "e1")
    // A number as the list writes it is not a command, but it is clear what was meant.
    try expectComplaint(["D3"], status: 64, "lockstep lecture d3")
  }

  @Test func `parameters that a topic does not take`() throws {
    try expectComplaint(["a3", "--learning-rate", "0"], status: 64, "learning rate", "above 0")
    try expectComplaint(["a3", "--learning-rate", "1,2,3,4,5,6,7"], status: 64, "learning rates")
    for value in ["", "1,,2", "fast", "nan", "inf", "1;2"] {
      let result = try run(lockstepBinary, ["lecture", "a3", "--learning-rate=\(value)"])
      #expect(result.status == 64 && result.output.isEmpty, "\(value)")
      #expect(result.errors.contains("--learning-rate"), "\(result.errors)")
    }
  }

  @Test func `the page of the course is refused at once where it cannot be written`() throws {
    for path in ["/dev/full", "/no/such/folder/course.html"] {
      let result = try run(lockstepBinary, ["lecture", "--html", path])
      #expect(result.status != 0 && result.output.isEmpty, "\(path)")
      #expect(result.errors.contains(path), "\(result.errors)")
    }
  }

  @Test(arguments: [
    ["d3", "--seed", "1.5"], ["d3", "--seed=-1"], ["d3", "--seed", "18446744073709551616"],
    ["d3", "--workers", "0"], ["d3", "more"], ["d3", "--plot"], ["d3", "--plots", "x"],
    ["d3", "--plot", "plot"], ["d3", "--plot", "plot.gif"], ["d3", "--plot", "/dev/full"],
    ["gradcheck", "one", "two"], ["all", "--plot", "x.svg"],
  ])
  func `wrong use writes nothing and is status 64`(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let result = try run(lockstepBinary, ["lecture"] + arguments, in: folder.url)
    #expect(result.status == 64, "\(result.errors)")
    #expect(!result.errors.isEmpty && result.output.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func `formulas that cannot be shown`() throws {
    func complaint(_ arguments: String...) throws -> [String] {
      let result = try run(lockstepBinary, ["lecture", "graph"] + arguments)
      #expect(result.status == 64 && result.output.isEmpty, "\(arguments): \(result.errors)")
      return result.errors.components(separatedBy: "\n")
    }
    #expect(
      try complaint("y + exo(x)", "--at", "x=1, y=2") == [
        "lockstep: there is no function exo; did you mean exp?", "  y + exo(x)", "      ^^^", "",
      ])
    #expect(
      try complaint("y", "--let", "y=1/x", "--at", "x=0") == [
        "lockstep: division by 0: x is 0", "  y=1/x", "    ^^^", "",
      ])
    #expect(try complaint("x*y", "--at", "x=1, y=2", "--step", "2")[0].contains("steps 0 to 1"))
    #expect(try complaint("--at", "x=1").joined().contains("belong to a formula"))
    #expect(try complaint("--step", "9")[0].contains("steps 0 to 6"))
  }

  /// They are refused before anything is computed, so nothing is printed.
  @Test func `pictures that cannot be written`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write([1], to: "file")
    try FileManager.default.createDirectory(
      atPath: folder("folder.svg"), withIntermediateDirectories: false)
    try expectComplaint(["d3", "--plot", folder("none/p.svg")], status: 74, "none/p.svg")
    try expectComplaint(["d3", "--plot", file + "/p.png"], status: 74, "file/p.png")
    try expectComplaint(["d3", "--plot", folder("folder.svg")], status: 74, "a folder")
    try expectComplaint(["d6", "--plot", folder("p.dot")], status: 64, "cost", "no graph")
    try expectComplaint(["all", "--plots", file], status: 74, "file")
    // A device behind a name that is none.
    try FileManager.default.createSymbolicLink(
      atPath: folder("full.svg"), withDestinationPath: "/dev/null")
    try expectComplaint(["d3", "--plot", folder("full.svg")], status: 74, "full.svg")
    // One of the names that `all` writes is taken by a folder.
    try FileManager.default.createDirectory(
      atPath: folder("plots/d7-gradcheck.svg"), withIntermediateDirectories: true)
    try expectComplaint(["all", "--plots", folder("plots")], status: 74, "a folder")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("plots")).count == 1)
  }

  @Test func `models that cannot be checked`() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("no model at all, but long enough", to: "text.safetensors")
    let empty = try folder.write([], to: "empty.safetensors")
    try expectComplaint(["gradcheck", folder("none")], status: 66, "none")
    try expectComplaint(["gradcheck", folder.url.path], status: 66, "folder")
    try expectComplaint(["gradcheck", text], status: 65, "text.safetensors", "expected", "found")
    try expectComplaint(["gradcheck", empty], status: 65, "empty.safetensors", "expected", "found")

    let sound = try model(
      Architecture(inputs: 3, hidden: [4], outputs: 2), of: 0.5, in: folder)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: sound)))
    bytes[bytes.count - 1] ^= 1
    let changed = try folder.write(bytes, to: "changed.safetensors")
    try expectComplaint(["gradcheck", changed], status: 65, "fingerprint", "changed")
    let cut = try folder.write(bytes.dropLast(5), to: "cut.safetensors")
    try expectComplaint(["gradcheck", cut], status: 65, "cut.safetensors", "expected", "found")
  }

  @Test func `a model of more parameters than the graph can hold`() throws {
    let folder = try TemporaryFolder()
    let path = try model(
      Architecture(inputs: 4472, hidden: [], outputs: 4472), of: 0, in: folder)
    try expectComplaint(
      ["gradcheck", path], status: 64, "model.safetensors", "20,003,256", "20,000,000")
  }

  /// Weights of 10³⁰ overflow in the trainer's single precision and not in the graph's double: the
  /// check has to say so, and its picture and report have to be there all the same.
  @Test func `a claim that does not hold is status 1, and all is written`() throws {
    let folder = try TemporaryFolder()
    let path = try model(
      Architecture(inputs: 3, hidden: [4], outputs: 2, loss: .squaredError), of: 1e30, in: folder)
    let plot = folder("plot.svg")
    let result = try lockstep("lecture", "gradcheck", path, "--plot", plot)
    #expect(result.status == 1)
    #expect(result.output.contains("✗ fails   the trainer's gradient"))
    #expect(result.errors.hasPrefix("lockstep: ") && result.errors.contains("not hold"))
    #expect(try String(contentsOfFile: plot, encoding: .utf8).hasPrefix("<svg"))

    let report = try lockstep("lecture", "gradcheck", path, "--json")
    #expect(report.status == 1)
    let values = try json(report.output)
    #expect(values["holds"] as? Bool == false)
    let claims = try #require(values["claims"] as? [[String: Any]])
    #expect(claims.first?["holds"] as? Bool == false)
  }

  /// Digits whose labels have nothing to do with the images: nobody can learn to name them.
  @Test func `a course with a claim that does not hold is status 1, and goes on to its end`() throws
  {
    let folder = try TemporaryFolder()
    let source = packageRoot.appendingPathComponent("datasets/mnist-5k")
    for name in ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte"] {
      try folder.write(
        try unpacked(source.appendingPathComponent(name + ".gz").path),
        to: "datasets/mnist-5k/\(name)")
    }
    for name in ["train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"] {
      var bytes = try unpacked(source.appendingPathComponent(name + ".gz").path)
      for index in bytes.indices.dropFirst(8) { bytes[index] = UInt8(index % 10) }
      try folder.write(bytes, to: "datasets/mnist-5k/\(name)")
    }
    let result = try run(lockstepBinary, ["lecture", "all"], in: folder.url)
    #expect(result.status == 1)
    #expect(result.output.contains("✗ fails   the softmax head names more than 85 %"))
    let failed = result.output.components(separatedBy: "✗ fails   ").count - 1
    let held = result.output.components(separatedBy: "✓ holds   ").count - 1
    #expect(result.output.contains("\n\(held) of \(held + failed) claims hold, 28 topics in "))
    #expect(result.errors == "lockstep: \(failed) claims do not hold\n")
  }

  /// Runs a line of the shell, with the command as `$0`.
  private func shell(_ line: String) throws -> Run {
    try run("/bin/sh", ["-c", line, lockstepBinary])
  }

  @Test func `a reader that leaves early gets its line, and no one complains`() throws {
    let folder = try TemporaryFolder()
    let plot = folder("plot.svg")
    for flag in ["", "--json"] {
      let result = try shell("\"$0\" lecture d5 \(flag) --plot \(plot) | head -1")
      #expect(
        result.output == (flag.isEmpty ? "D5  Two layers, by scalars and by vectors\n" : "{\n"))
      #expect(result.errors.isEmpty, "\(result.errors)")
      try FileManager.default.removeItem(atPath: plot)
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func `output on a full disk is no success`() throws {
    for arguments in ["d3", "d5 --json", ""] {
      let result = try shell("\"$0\" lecture \(arguments) > /dev/full")
      #expect(result.status == 74, "\(arguments)")
      #expect(result.errors.contains("standard output") && result.errors.contains("no space"))
    }
  }

  @Test func `digits that are not there`() throws {
    let folder = try TemporaryFolder()
    let copy = folder("lockstep")
    try FileManager.default.copyItem(atPath: lockstepBinary, toPath: copy)
    let result = try lockstep("lecture", "features", binary: copy, in: folder.url)
    #expect(result.status == 66)
    #expect(result.errors.contains("datasets/mnist-5k") && !result.errors.contains("--data"))
    // What needs no digits goes on without.
    #expect(try lockstep("lecture", "chain-rule", binary: copy, in: folder.url).status == 0)
  }
}
