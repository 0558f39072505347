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

  @Test func `one damaged label does not make 256 classes`() throws {
    let folder = try idxFolder([1: idx([3], [2, 255, 1])])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.file == "\(folder.path)/\(idxNames[1])")
    #expect(problem?.place == "label 1")
    #expect(problem?.found == "255")
    #expect(problem?.hint?.contains("only 2 of the classes below 255") == true)
  }

  @Test func `half of the classes may be empty, and 256 full ones are read`() throws {
    // Classes 2 and 4 have images, 0, 1 and 3 have none; then one less is empty.
    let wide = try idxFolder([1: idx([3], [2, 0, 4]), 3: idx([2], [2, 0])])
    #expect(try wide.read().classCount == 5)
    let sparse = try idxFolder([1: idx([3], [2, 4, 4]), 3: idx([2], [2, 4])])
    #expect(throws: FileProblem.self) { try sparse.read() }
    let all = try idxFolder([
      0: idx([256, 2, 3], [UInt8](repeating: 1, count: 256 * 6)), 1: idx([256], Array(0...255)),
      3: idx([2], [255, 0]),
    ])
    #expect(try all.read().classCount == 256)
  }

  @Test func `a label that only the test set has is refused`() throws {
    let folder = try idxFolder([3: idx([2], [1, 3])])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.file == "\(folder.path)/\(idxNames[3])")
    #expect(problem?.place == "label 1")
    #expect(problem?.expected == "a label that the training set has, too")
    #expect(problem?.found == "3")
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
