import Files
import Foundation
import Images
import Networks
import Testing
import TestSupport

/// Every fault of a user's file or words is one line with evidence and a status of sysexits.h.
@Suite struct ErrorReportingTests {
  private func expectComplaint(
    _ arguments: [String], status: Int32, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try run(lockstepBinary, arguments)
    #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(
      result.errors.split(separator: "\n").count == 1, "\(result.errors)",
      sourceLocation: sourceLocation)
    for word in words {
      #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: sourceLocation)
    }
  }

  #if os(Linux)
    /// A namespace of its own without /proc; not all machines let one make it.
    private static let withoutProc = [
      "unshare", "-rm", "sh", "-c", "mount -t tmpfs none /proc && exec $0",
    ]

    @Test(
      .enabled(if: (try? run("/usr/bin/env", withoutProc + ["true"]))?.status == 0))
    func `a command that cannot see its arguments says so`() throws {
      let result = try run("/usr/bin/env", Self.withoutProc + [lockstepBinary])
      #expect(result.status == 71 && result.output.isEmpty)
      #expect(result.errors.contains("/proc/self/maps cannot be read"), "\(result.errors)")
    }
  #endif

  @Test func `a broken data file is named in one line`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let output = folder("run")
    func train(_ status: Int32, _ words: String) throws {
      try expectComplaint(
        ["train", "--data", data, "--epochs", "1", "--output", output], status: status, words,
        "expected", "found")
      #expect(!FileManager.default.fileExists(atPath: output))
    }
    let images = data + "/train-images-idx3-ubyte"
    let labels = data + "/train-labels-idx1-ubyte"
    let goodImages = [UInt8](try Data(contentsOf: URL(fileURLWithPath: images)))
    let goodLabels = [UInt8](try Data(contentsOf: URL(fileURLWithPath: labels)))
    func write(_ bytes: [UInt8], _ path: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    try write(Array(goodImages.dropLast()), images)
    try train(65, "train-images-idx3-ubyte")
    try write(goodImages + [0], images)
    try train(65, "train-images-idx3-ubyte")
    try write([1] + goodImages.dropFirst(), images)
    try train(65, "magic")
    try write([], images)
    try train(65, "train-images-idx3-ubyte")
    try FileManager.default.removeItem(atPath: images)
    try train(66, "train-images-idx3-ubyte")
    try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: false)
    try train(66, "train-images-idx3-ubyte")
    try FileManager.default.removeItem(atPath: images)
    try write(goodImages, images)

    var fewer = Array(goodLabels.dropLast())
    fewer[7] -= 1
    try write(fewer, labels)
    try train(65, "labels")
    try write(goodLabels, labels)

    let packed = try run("/usr/bin/env", ["gzip", "-k", images])
    #expect(packed.status == 0)
    try FileManager.default.removeItem(atPath: images)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: images + ".gz")))
    bytes[bytes.count - 6] ^= 1
    try write(bytes, images + ".gz")
    try train(65, "train-images-idx3-ubyte.gz")
  }

  @Test func `a folder that holds no data is named in one line`() throws {
    let folder = try TemporaryFolder()
    try expectComplaint(
      ["train", "--data", folder("none")], status: 66, folder("none"), "expected")
    try expectComplaint(["train", "--data", folder.url.path], status: 66, "IDX", "PNG")
  }

  @Test func `a broken PNG is named in one line`() throws {
    let folder = try TemporaryFolder()
    try folder.write([0x89, 0x50, 0x4E, 0x47, 1, 2, 3], to: "set/train/3/1.png")
    try folder.write([0x89, 0x50, 0x4E, 0x47, 1, 2, 3], to: "set/test/3/1.png")
    try expectComplaint(["train", "--data", folder("set")], status: 65, "1.png", "expected")
  }

  @Test func `a model that is none is named in one line`() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("no model at all, but long enough", to: "model.safetensors")
    for command in ["evaluate", "info"] {
      try expectComplaint([command, folder("none")], status: 66, "none")
      try expectComplaint([command, packageRoot.path], status: 66, "folder without a model")
      try expectComplaint([command, folder.url.path], status: 65, "model.safetensors", "expected")
      try expectComplaint([command, text], status: 65, "model.safetensors", "expected", "found")
    }
    try expectComplaint(
      ["features", text, "--output", folder("f")], status: 65, "model.safetensors")
    try expectComplaint(["predict", text, text], status: 65, "model.safetensors")
  }

  /// A model from elsewhere must not move the cursor or rename the window.
  @Test func `names do not reach the terminal as commands`() throws {
    let folder = try TemporaryFolder()
    let network = Architecture(inputs: 784, hidden: [2], outputs: 10)
    let names = ["\u{1B}]0;x\u{7}", "\u{1B}[2J", "\u{202E}abc"] + (3..<10).map { "\($0)" }
    let model = folder("m.safetensors")
    try Model(
      parameters: Parameters(network, seed: 1), imageSize: .init(height: 28, width: 28),
      classNames: names
    ).write(to: model)
    let image = folder("x\u{1B}[31m.png")
    let pixels = (0..<784).map { pixel -> UInt8 in
      (8..<20).contains(pixel / 28) && (10..<18).contains(pixel % 28) ? 255 : 0
    }
    try writeDurably(
      try GrayImage(size: ImageSize(height: 28, width: 28), pixels: pixels).pngBytes(), to: image)
    for arguments in [
      ["info", model], ["predict", model, image], ["predict", model, "no\u{1B}[2Jthing"],
      ["evaluate", model, "--data", packageRoot.path + "/datasets/mnist-5k"],
    ] {
      let result = try run(lockstepBinary, arguments)
      let text = result.output + result.errors
      #expect(!text.isEmpty && !text.contains("\u{1B}") && !text.contains("\u{7}"), "\(arguments)")
    }
    let predicted = try run(lockstepBinary, ["predict", model, image])
    #expect(predicted.output.contains("x\\u{1B}[31m.png"), "\(predicted.output)")
  }

  @Test func `a place that cannot be written to is named in one line`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let file = try folder.write([1], to: "file")
    try expectComplaint(
      ["train", "--data", data, "--epochs", "1", "--output", file + "/run"], status: 74, "file/run")
  }

  @Test(arguments: [
    ["train", "--hiden", "3"], ["train", "--hidden", "three"], ["train", "--epochs", "0"],
    ["train", "--batch-size", "0"], ["train", "--learning-rate", "-1"],
    ["train", "--workers", "0"],
    ["train", "--momentum", "1"], ["train", "--patience", "3"], ["train", "--validation", "1e6"],
    ["train", "--schedule", "cosinus"], ["train", "--decay", "0.5"],
    ["train", "--nesterov", "--momentum", "0"],
    ["train", "--loss", "softmax-cross-entropy", "--output-activation", "tanh"], ["evaluate"],
    ["features", "x"], ["nothing"], ["scaling", "--worker-counts", "0"],
    ["scaling", "--worker-counts", "1,2,2"], ["scaling", "--worker-counts", "1,,2"],
    ["scaling", "--repeats", "0"], ["scaling", "--seconds", "nan"], ["scaling", "--images", "0"],
    ["scaling", "--simulate", "0"], ["scaling", "--simulate", "4", "--mode", "weak"],
    ["scaling", "--synthetic", "0"], ["scaling", "--synthetic", "9", "--data", "x"],
    ["scaling", "--plot", "x.dot"], ["scaling", "--plot", "x"], ["scaling", "--mode", "both,weak"],
    ["scaling", "--synthetic", "99"], ["scaling", "--synthetic", "128", "--images", "1000000000"],
  ])
  func `wrong use is status 64 and writes nothing`(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let result = try run(lockstepBinary, arguments, in: folder.url)
    #expect(result.status == 64, "\(result.errors)")
    #expect(!result.errors.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }
}
