import Digits
import Files
import Foundation
import Testing
import TestSupport

@Suite struct IDXFolderTests {
  @Test func `there must be as many labels as images`() throws {
    let folder = try idxFolder([3: idx([3], [0, 1, 2])])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(
      problem
        == FileProblem(
          .wrongData, file: "\(folder.path)/\(idxNames[3])", place: "byte 4",
          expected: "2 labels, one per image of \(folder.path)/\(idxNames[2])", found: "3",
          hint: "take both files from the same data set"))
  }

  @Test func `training and test images must agree in size`() throws {
    let folder = try idxFolder([2: idx([2, 3, 2], Array(1...12))])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.file == "\(folder.path)/\(idxNames[2])")
    #expect(problem?.place == "byte 8")
    #expect(problem?.expected == "images of 2 × 3 as in \(folder.path)/\(idxNames[0])")
    #expect(problem?.found == "3 × 2")
  }

  @Test func `labels must stay below a known number of classes`() throws {
    let folder = try idxFolder()
    let problem = #expect(throws: FileProblem.self) { try folder.read(classCount: 2) }
    #expect(problem?.file == "\(folder.path)/\(idxNames[1])")
    #expect(problem?.place == "label 0")
    #expect(problem?.expected == "a label below 2")
    #expect(problem?.found == "2")
  }

  @Test func `the largest label gives 256 classes`() throws {
    let folder = try idxFolder([3: idx([2], [255, 0])])
    #expect(try folder.read().classCount == 256)
  }

  @Test(arguments: idxNames)
  func `a missing file is named`(name: String) throws {
    let folder = try idxFolder()
    try folder.remove(name)
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .noInput)
    #expect(problem?.file == "\(folder.path)/\(name)")
    #expect(problem?.expected.hasPrefix("\(name) or \(name).gz") == true)
  }

  @Test(arguments: idxNames)
  func `a folder in place of a file is no input`(name: String) throws {
    let folder = try idxFolder()
    try folder.remove(name)
    try makeFolder("\(folder.path)/\(name)")
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(
      problem
        == FileProblem(
          .noInput, file: "\(folder.path)/\(name)", expected: "a file", found: "a folder"))
  }

  @Test func `a pipe is no input, and nobody waits for it`() throws {
    let folder = try idxFolder()
    try folder.remove(idxNames[1])
    #expect(mkfifo("\(folder.path)/\(idxNames[1])", 0o600) == 0)
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .noInput)
    #expect(problem?.found == "a device or pipe")
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func `an unreadable file is no input`() throws {
    let folder = try idxFolder()
    #expect(chmod("\(folder.path)/\(idxNames[0])", 0) == 0)
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .noInput)
    #expect(problem?.found == "permission denied")
  }

  @Test func `a link to nowhere is no input`() throws {
    let folder = try idxFolder()
    try folder.remove(idxNames[0])
    #expect(symlink("nowhere", "\(folder.path)/\(idxNames[0])") == 0)
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .noInput)
    #expect(problem?.found == "no such file or directory")
  }
}
