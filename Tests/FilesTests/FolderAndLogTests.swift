import Files
import Foundation
import Testing
import TestSupport

@Suite struct MakeFolderTests {
  @Test func `a folder is made with those above it, and again`() throws {
    let folder = try TemporaryFolder()
    for _ in 0..<2 {
      try makeFolder(folder("a/b/c"))
      var isFolder: ObjCBool = false
      #expect(FileManager.default.fileExists(atPath: folder("a/b/c"), isDirectory: &isFolder))
      #expect(isFolder.boolValue)
    }
  }

  @Test(arguments: ["file", "file/a", "file/a/b"])
  func `a file in the way is a problem and stays`(path: String) throws {
    let folder = try TemporaryFolder()
    try put([1], at: folder("file"))
    let problem = try #require(throws: FileProblem.self) { try makeFolder(folder(path)) }
    #expect(problem.kind == .inputOutput)
    #expect(problem.file == folder(path))
    #expect(["not a directory", "file exists"].contains(problem.found))
    #expect(content(of: folder("file")) == [1])
  }

  @Test(arguments: ["a/", "a//b", "./a/./b/", "a/../b"])
  func `a path may be written in any way`(path: String) throws {
    let folder = try TemporaryFolder()
    try makeFolder(folder(path))
    #expect(access(folder(path), X_OK) == 0)
    try makeFolder("/")
    try makeFolder(".")
  }

  @Test func `no path is a problem`() {
    #expect(throws: FileProblem.self) { try makeFolder("") }
  }
}

@Suite struct LineLogTests {
  @Test func `lines are added one after the other, also by a log that is opened again`() throws {
    let folder = try TemporaryFolder()
    let log = LineLog(path: folder("log"))
    #expect(folder.names().isEmpty)
    try log.append("first")
    try log.append("")
    try LineLog(path: folder("log")).append("dritte ü")
    #expect(try text(folder("log")) == "first\n\ndritte ü\n")
  }

  @Test func `a line that was cut off is ended before the next one`() throws {
    let folder = try TemporaryFolder()
    try put(Array("whole\nha".utf8), at: folder("log"))
    let log = LineLog(path: folder("log"))
    try log.append("next")
    try log.append("last")
    #expect(try text(folder("log")) == "whole\nha\nnext\nlast\n")
  }

  @Test func `lines of several threads stay whole`() throws {
    let folder = try TemporaryFolder()
    let path = folder("log")
    DispatchQueue.concurrentPerform(iterations: 8) { number in
      for _ in 0..<50 {
        try? LineLog(path: path).append(String(repeating: "\(number)", count: 1000 + number))
      }
    }
    let lines = try text(path).split(separator: "\n")
    #expect(lines.count == 400)
    for line in lines {
      let number = try #require(line.first?.wholeNumberValue)
      #expect(line == String(repeating: "\(number)", count: 1000 + number))
    }
  }

  @Test func `a folder that is missing, and one in the file's place, are problems`() throws {
    let folder = try TemporaryFolder()
    for path in [folder("missing/log"), folder.path] {
      let problem = try #require(throws: FileProblem.self) {
        try LineLog(path: path).append("line")
      }
      #expect(problem.kind == .inputOutput)
      #expect(problem.file == path)
    }
  }

  #if os(Linux)
    @Test func `a full disk is a problem`() throws {
      let problem = try #require(throws: FileProblem.self) {
        try LineLog(path: "/dev/full").append("line")
      }
      #expect(problem.kind == .inputOutput)
      #expect(problem.found == "no space left on device")
      #expect(problem.hint == "free some space and run it again")
    }
  #endif

  private func text(_ path: String) throws -> String {
    String(decoding: try #require(content(of: path)), as: UTF8.self)
  }
}
