import Files
import Foundation
import Synchronization
import Testing
import TestSupport

@Suite struct FolderLockTests {
  @Test func `a folder is held once, and free again afterwards`() throws {
    let folder = try TemporaryFolder()
    var first: FolderLock? = try FolderLock(folder.path)
    let refused = #expect(throws: FileProblem.self) { _ = try FolderLock(folder.path) }
    #expect(refused?.kind == .inputOutput && refused?.file == folder.path)
    _ = first
    first = nil
    _ = try FolderLock(folder.path)
  }

  /// A process that is being started holds copies of all open files for a moment, locked ones too.
  @Test func `a folder is free again also while other processes are being started`() throws {
    let folder = try TemporaryFolder()
    let isOver = Atomic(false)
    DispatchQueue.concurrentPerform(iterations: 2) { iteration in
      if iteration == 0 {
        for _ in 0..<100 {
          _ = try? Process.run(URL(fileURLWithPath: "/usr/bin/env"), arguments: ["true"])
            .waitUntilExit()
        }
        isOver.store(true, ordering: .relaxed)
      } else {
        while !isOver.load(ordering: .relaxed) {
          #expect(throws: Never.self) { _ = try FolderLock(folder.path) }
        }
      }
    }
  }

  @Test func `what is no folder cannot be held`() throws {
    let folder = try TemporaryFolder()
    try writeDurably([1], to: folder("file"))
    for name in ["file", "missing"] {
      let refused = #expect(throws: FileProblem.self) { _ = try FolderLock(folder(name)) }
      #expect(refused?.kind == .inputOutput)
    }
  }

  @Test func `only one of many makes a new folder`() async throws {
    let folder = try TemporaryFolder()
    let path = folder("a/b/new")
    let makers = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<20 { group.addTask { (try? makeNewFolder(path)) ?? false } }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(makers == 1)
    try writeDurably([1], to: folder("file"))
    #expect(try makeNewFolder(folder("file")) == false)
    let refused = #expect(throws: FileProblem.self) { try makeNewFolder(folder("file/new")) }
    #expect(refused?.file == folder("file/new"))
  }
}
