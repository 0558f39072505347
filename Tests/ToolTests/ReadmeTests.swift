import Foundation
import Images
import Testing
import TestSupport

/// What the README and the guides show works as shown.
@Suite(.serialized) struct ReadmeTests {
  /// The pages with commands.
  private static let pages = [
    "README.md", "docs/data.md", "docs/training.md",
    "docs/features.md", "docs/models.md", "docs/reliability.md", "docs/report.md",
    "docs/scaling.md",
    LecturePageTests.page,
  ]

  /// The fenced blocks of a language in a page.
  private func blocks(_ language: String, in page: String) throws -> [String] {
    let text = try String(
      contentsOf: packageRoot.appendingPathComponent(page), encoding: .utf8)
    return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  /// A folder to run in, from which `datasets/` leads to the package's, with the picture of a reader's
  /// own digit, a seven.
  private func folderWithDatasets() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder("datasets"),
      withDestinationPath: packageRoot.appendingPathComponent("datasets").path)
    var seven = GrayImage(size: ImageSize(height: 100, width: 80), filledWith: 230)
    let bar = GrayImage(size: ImageSize(height: 8, width: 40), filledWith: 30)
    seven.place(bar, row: 20, column: 20)
    for row in 28..<80 {
      seven.place(
        GrayImage(size: ImageSize(height: 1, width: 8), filledWith: 30), row: row,
        column: 52 - (row - 28) / 2)
    }
    try folder.write(try seven.pngBytes(), to: "my-digit.png")
    return folder
  }

  /// Builds a program in a package of its own that takes Lockstep's products.
  ///
  /// - Returns: where the program is.
  private func build(_ name: String, _ code: String, products: [String]) throws -> String {
    // A folder that stays between runs keeps the modules that it builds.
    let folder = packageRoot.appendingPathComponent(".build-readme")
    let sources = folder.appendingPathComponent("Sources/\(name)")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
    let dependencies = products.map {
      ".product(name: \"\($0)\", package: \"\(packageRoot.lastPathComponent)\"),"
    }
    let manifest = """
      // swift-tools-version: 6.2
      import PackageDescription
      let package = Package(
        name: "example", dependencies: [.package(path: "\(packageRoot.path)")],
        targets: [
          .executableTarget(name: "\(name)", dependencies: [\(dependencies.joined())])
        ])
      """
    try manifest.write(
      to: folder.appendingPathComponent("Package.swift"), atomically: true, encoding: .utf8)
    try code.write(
      to: sources.appendingPathComponent("main.swift"), atomically: true, encoding: .utf8)
    let built = try run(
      "/usr/bin/env",
      ["swift", "build", "--package-path", folder.path, "-c", "release", "--product", name])
    try #require(built.status == 0, "\(built.output)\n\(built.errors)")
    return folder.appendingPathComponent(".build/release/\(name)").path
  }

  @Test func `the README's seven lines train from another package`() throws {
    let code = try #require(try blocks("swift", in: "README.md").first { $0.contains("Trainer(") })
    let lines = code.split(separator: "\n").filter { !$0.hasPrefix("import") }
    #expect(lines.count <= 7)
    let program = try build("example", code, products: ["Lockstep"])
    let place = try folderWithDatasets()
    let ran = try run(program, [], in: place.url)
    #expect(ran.status == 0, "\(ran.errors)")
    let accuracy = ran.output.split(separator: "\n").last.flatMap { Double($0) }
    #expect(try #require(accuracy) > 0.9, "\(ran.output)")
  }

  /// What a Swift developer who has not read the documentation writes first.
  @Test func `first guesses compile from another package`() throws {
    let code = """
      import Lockstep

      do {
        _ = try DigitDataset(contentsOf: "nowhere")
      } catch let problem as FileProblem {
        print(problem.kind)
      }
      let digits = try DigitDataset(contentsOf: "datasets/mnist-5k")
      let samples = SampleSet(digits.train, classCount: 10)
      print(samples.count == digits.trainingSamples.count)
      let network = Architecture(inputs: 784, hidden: [16], outputs: 10)
      let trainer = Trainer(
        network, training: samples, test: digits.testSamples,
        settings: TrainingSettings(epochs: 2, optimizer: .adamW()))
      while let event = try trainer.next() {
        if case .epoch(let report) = event { print(report.epoch) }
      }
      let model = trainer.model()
      let further = Trainer(
        model: model, training: samples, validation: digits.testSamples,
        settings: TrainingSettings(epochs: 1, optimizer: .plainSGD))
      try further.run()
      print(model.predict(digits.test.pixels(ofImage: 0)).name.isEmpty)
      print(model.probabilities(for: digits.testSamples).count)
      print(model.evaluate(on: digits.testSamples).predictions.count)
      print(FeaturePictures(model: model)?.units ?? 0)
      print(AvailableProcessors.read().usable > 0)
      let other = try await Task.detached {
        let trainer = Trainer(
          network, training: digits.trainingSamples, settings: TrainingSettings(epochs: 1))
        try trainer.run()
        return trainer.model()
      }.value
      print(other.parameters.fingerprint == model.parameters.fingerprint)
      """
    let program = try build("guesses", code, products: ["Lockstep"])
    let place = try folderWithDatasets()
    let ran = try run(program, [], in: place.url)
    #expect(ran.status == 0, "\(ran.errors)")
    let expected = ["noInput", "true", "1", "2", "false", "1000", "1000", "16", "true", "false"]
    #expect(ran.output.split(separator: "\n").map(String.init) == expected)
  }

  @Test func `the graph in ten lines prints what is shown`() throws {
    let code = try #require(try blocks("swift", in: "docs/lecture.md").first)
    #expect(code.split(separator: "\n").filter { !$0.hasPrefix("import") }.count <= 10)
    let ran = try run(build("graph", code, products: ["Graphs"]), [])
    #expect(ran.status == 0, "\(ran.errors)")
    let shown = try #require(try blocks("text", in: "docs/lecture.md").first)
    #expect(ran.output == shown + "\n")
  }

  @Test(
    arguments: pages + [
      "docs/arithmetic.md", "docs/glossary.md", "docs/peers.md", "docs/performance.md",
      "CONTRIBUTING.md",
    ])
  func `the links of a page lead to files`(page: String) throws {
    let url = packageRoot.appendingPathComponent(page)
    let text = try String(contentsOf: url, encoding: .utf8)
    for link in text.matches(of: /\]\(([^)#:]+)\)/).map({ String($0.1) }) {
      let file = url.deletingLastPathComponent().appendingPathComponent(link).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: file.path), "\(page): \(link)")
    }
  }

  /// The glossary's last column is what a reader greps for.
  @Test func `the names of the glossary are in the code`() throws {
    let page = try String(
      contentsOf: packageRoot.appendingPathComponent("docs/glossary.md"), encoding: .utf8)
    let sources = try run(
      "/usr/bin/env",
      ["sh", "-c", "cat $(find Sources tools/lockstep -name '*.swift' -o -name '*.h')"],
      in: packageRoot
    ).output
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    #expect(rows.count > 40)
    for row in rows {
      let column = row.split(separator: "|").last ?? ""
      for name in column.matches(of: /`([^`]+)`/).map({ String($0.1) }) {
        let last = name.split(separator: ".").last.map(String.init) ?? name
        #expect(sources.contains(last), "\(row)")
      }
    }
  }

  /// Each command of a page, run in one folder in the order of the page, on few epochs.
  @Test(arguments: pages)
  func `the commands of a page run`(page: String) throws {
    let folder = try folderWithDatasets()
    let commands = try blocks("sh", in: page).flatMap { $0.split(separator: "\n") }
      .map { String($0.prefix { $0 != "#" }).trimmingCharacters(in: .whitespaces) }
      .filter { $0.hasPrefix("lockstep ") && !$0.contains("datasets/mnist ") }
    try #require(!commands.isEmpty)
    for command in commands {
      let result = try run(
        "/bin/sh", ["-c", "lockstep() { '\(lockstepBinary)' \"$@\"; }\n" + command], in: folder.url)
      #expect(result.status == 0, "\(command): \(result.errors)")
    }
    if page == LecturePageTests.page {
      try LecturePageTests.expectCommittedPictures(in: folder.url)
    }
  }
}
