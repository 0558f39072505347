import Foundation
import Testing

/// What the README and the guides show works as shown.
@Suite(.serialized) struct ReadmeTests {
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

  @Test func theTenLinesTrainFromAnotherPackage() throws {
    let code = try #require(try blocks("swift", in: "README.md").first { $0.contains("Trainer(") })
    #expect(code.split(separator: "\n").filter { !$0.hasPrefix("import") }.count <= 10)
    // A folder that stays between runs keeps the modules that it builds.
    let folder = packageRoot.appendingPathComponent(".build-readme")
    let sources = folder.appendingPathComponent("Sources/example")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
    let manifest = """
      // swift-tools-version: 6.2
      import PackageDescription
      let package = Package(
        name: "example", dependencies: [.package(path: "\(packageRoot.path)")],
        targets: [
          .executableTarget(
            name: "example",
            dependencies: [
              .product(name: "Digits", package: "\(packageRoot.lastPathComponent)"),
              .product(name: "Networks", package: "\(packageRoot.lastPathComponent)"),
              .product(name: "Training", package: "\(packageRoot.lastPathComponent)"),
            ])
        ])
      """
    try manifest.write(
      to: folder.appendingPathComponent("Package.swift"), atomically: true, encoding: .utf8)
    try code.write(
      to: sources.appendingPathComponent("main.swift"), atomically: true, encoding: .utf8)
    let built = try run(
      "/usr/bin/env",
      ["swift", "build", "--package-path", folder.path, "-c", "release", "--product", "example"])
    try #require(built.status == 0, "\(built.output)\n\(built.errors)")
    let place = try folderWithDatasets()
    let ran = try run(
      folder.appendingPathComponent(".build/release/example").path, [], in: place.url)
    #expect(ran.status == 0, "\(ran.errors)")
    let accuracy = ran.output.split(separator: "\n").last.flatMap { Double($0) }
    #expect(try #require(accuracy) > 0.9, "\(ran.output)")
  }

  /// Each command of a page, run in one folder in the order of the page, on few epochs.
  @Test(arguments: ["README.md", "docs/training.md", "docs/models.md", "docs/scaling.md"])
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
  }
}
