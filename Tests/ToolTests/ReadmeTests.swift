import Foundation
import Testing

/// What the README and the guides show works as shown.
@Suite(.serialized) struct ReadmeTests {
  /// The pages with commands.
  private static let pages = [
    "README.md", "docs/training.md", "docs/models.md", "docs/scaling.md", LecturePageTests.page,
  ]

  /// The fenced blocks of a language in a page.
  private func blocks(_ language: String, in page: String) throws -> [String] {
    let text = try String(
      contentsOf: packageRoot.appendingPathComponent(page), encoding: .utf8)
    return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  /// A folder to run in, from which `datasets/` leads to the package's.
  private func folderWithDatasets() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("datasets"),
      withDestinationPath: packageRoot.appendingPathComponent("datasets").path)
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

  @Test func theTenLinesTrainFromAnotherPackage() throws {
    let code = try #require(try blocks("swift", in: "README.md").first { $0.contains("Trainer(") })
    #expect(code.split(separator: "\n").filter { !$0.hasPrefix("import") }.count <= 10)
    let program = try build("example", code, products: ["Digits", "Networks", "Training"])
    let place = try folderWithDatasets()
    let ran = try run(program, [], in: place.url)
    #expect(ran.status == 0, "\(ran.errors)")
    let accuracy = ran.output.split(separator: "\n").last.flatMap { Double($0) }
    #expect(try #require(accuracy) > 0.9, "\(ran.output)")
  }

  @Test func theGraphInTenLinesPrintsWhatIsShown() throws {
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
  func theLinksOfAPageLeadToFiles(page: String) throws {
    let url = packageRoot.appendingPathComponent(page)
    let text = try String(contentsOf: url, encoding: .utf8)
    for link in text.matches(of: /\]\(([^)#:]+)\)/).map({ String($0.1) }) {
      let file = url.deletingLastPathComponent().appendingPathComponent(link).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: file.path), "\(page): \(link)")
    }
  }

  /// Each command of a page, run in one folder in the order of the page, on few epochs.
  @Test(arguments: pages)
  func theCommandsOfAPageRun(page: String) throws {
    let folder = try folderWithDatasets()
    let commands = try blocks("sh", in: page).flatMap { $0.split(separator: "\n") }
      .map { String($0.prefix { $0 != "#" }).trimmingCharacters(in: .whitespaces) }
      .filter { $0.hasPrefix("lockstep ") && !$0.contains("datasets/mnist ") }
    try #require(!commands.isEmpty)
    for command in commands {
      let words = command.split(separator: " ").dropFirst().map(String.init)
      let result = try run(lockstepBinary, words, in: folder.url)
      #expect(result.status == 0, "\(command): \(result.errors)")
    }
    if page == LecturePageTests.page {
      try LecturePageTests.expectCommittedPictures(in: folder.url)
    }
  }
}
