import Foundation
import Testing

/// The command that the tests run is the one that users run.
@Suite struct BuildTests {
  private static let trainBinary = ProcessInfo.processInfo.environment["LOCKSTEP_TRAIN_BINARY"]

  @Test(
    .enabled(
      if: trainBinary != nil, "LOCKSTEP_TRAIN_BINARY names no build of tools/train; tools/test does"
    ))
  func `the tests run what train builds`() throws {
    let trained = try Data(contentsOf: URL(fileURLWithPath: try #require(Self.trainBinary)))
    let tested = try Data(contentsOf: URL(fileURLWithPath: lockstepBinary))
    #expect(trained.count > 0 && trained == tested, "swift test has built another command")
  }

  /// What `swift test` does unless it is told otherwise; the kernels then come out as other machine code.
  @Test func `the kernels are not compiled for testable imports`() throws {
    // The build's plan lies in `.build`, the test program in `.build/…/release`.
    let plan = URL(fileURLWithPath: lockstepBinary).deletingLastPathComponent()
      .appendingPathComponent("../../release.yaml")
    let commands = try String(contentsOf: plan, encoding: .utf8).split(separator: "\n")
    for module in ["Kernels", "LayerKernels"] {
      let compilations = commands.filter { $0.contains("\"-module-name\",\"\(module)\"") }
      #expect(!compilations.isEmpty)
      for command in compilations {
        #expect(
          !command.contains("-enable-testing"), "run tools/test, or add --disable-testable-imports")
      }
    }
  }
}
