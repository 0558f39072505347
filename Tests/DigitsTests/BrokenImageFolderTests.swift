import Digits
import Files
import Foundation
import Images
import Testing
import TestSupport

@Suite struct BrokenImageFolderTests {
  private func expectProblem(
    _ kind: FileProblem.Kind, at file: String, in folder: TemporaryFolder, expected: String,
    found: String, classCount: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let problem = #expect(throws: FileProblem.self, sourceLocation: sourceLocation) {
      try folder.read(classCount: classCount)
    }
    let path = file.isEmpty ? folder.path : "\(folder.path)/\(file)"
    #expect(problem?.kind == kind, sourceLocation: sourceLocation)
    #expect(problem?.file == path, sourceLocation: sourceLocation)
    #expect(problem?.expected == expected, sourceLocation: sourceLocation)
    #expect(problem?.found == found, sourceLocation: sourceLocation)
  }

  @Test func `an image of another size is named with the one that set the size`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "test/0/1.png": 2])
    try folder.write(png(height: 1, width: 2, samples: [1, 2]), to: "train/0/2.png")
    expectProblem(
      .wrongData, at: "train/0/2.png", in: folder,
      expected: "2 × 2 pixels as in \(folder.path)/train/0/1.png", found: "1 × 2")
  }

  @Test func `the first broken image is reported, whatever the number of workers`() throws {
    let folder = try TemporaryFolder()
    for number in 0..<64 { try folder.write(small(1), to: "train/\(number % 3)/\(number).png") }
    for number in [40, 21, 50] { try folder.write([1], to: "train/\(number % 3)/\(number).png") }
    try folder.write(small(1), to: "test/0/1.png")
    for workers in [1, 2, 5] {
      let problem = #expect(throws: FileProblem.self) { try folder.read(workers: workers) }
      #expect(problem?.file == "\(folder.path)/train/0/21.png")
    }
  }

  @Test func `a label without images is an error`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "test/0/1.png": 2])
    try folder.write([1], to: "train/1/note.txt")
    expectProblem(
      .wrongData, at: "train/1", in: folder, expected: "at least one .png file", found: "none")
  }

  @Test func `an image without a label is an error`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "train/2.png": 2, "test/0/1.png": 2])
    expectProblem(
      .wrongData, at: "train/2.png", in: folder,
      expected: "images in a folder named by their label", found: "one beside the folders")
  }

  @Test func `two folders of one label are an error`() throws {
    let folder = try imageFolder(["train/1/1.png": 1, "train/01/2.png": 2, "test/1/1.png": 2])
    expectProblem(
      .wrongData, at: "train/1", in: folder, expected: "one folder per label", found: "01 and 1")
  }

  @Test func `a test label that is never trained on is an error`() throws {
    let folder = try imageFolder(["train/cat/1.png": 1, "test/dog/1.png": 2])
    expectProblem(
      .wrongData, at: "test/dog", in: folder,
      expected: "a label that the training set has, too", found: "dog")
  }

  @Test func `labels must fit a known number of classes`() throws {
    let numbers = try imageFolder(["train/3/1.png": 1, "test/10/1.png": 2])
    expectProblem(
      .wrongData, at: "test/10", in: numbers, expected: "a label below 10", found: "10",
      classCount: 10)
    let names = try imageFolder(["train/cat/1.png": 1, "test/cat/1.png": 2])
    expectProblem(
      .wrongData, at: "", in: names, expected: "2 labels", found: "1", classCount: 2)
  }

  @Test func `more than 256 classes are an error`() throws {
    let folder = try TemporaryFolder()
    for number in 0...256 { try folder.write(small(1), to: "\(number)/1.png") }
    expectProblem(
      .wrongData, at: "", in: folder, expected: "at most 256 labels", found: "257")
  }

  @Test(arguments: ["test", "val"])
  func `a test set alone is an error`(part: String) throws {
    let folder = try imageFolder(["\(part)/0/1.png": 1])
    expectProblem(
      .noInput, at: "train", in: folder, expected: "a folder", found: "nothing of that name")
  }

  @Test func `two training folders are an error`() throws {
    let folder = try imageFolder(["Training/0/1.png": 1, "TRAIN/0/1.png": 1, "test/0/1.png": 1])
    expectProblem(
      .wrongData, at: "", in: folder, expected: "one folder train", found: "TRAIN and Training")
  }

  @Test func `a numbered test label that is never trained on is an error`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "train/2/1.png": 1, "test/1/1.png": 2])
    expectProblem(
      .wrongData, at: "test/1", in: folder,
      expected: "a label that the training set has, too", found: "1")
  }

  @Test func `test images without labels are explained`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "test/1.png": 2])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.found == "1 and 0")
    #expect(problem?.hint?.hasPrefix("the images in test have no labels") == true)
  }

  @Test func `a label with other images says which`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "test/0/1.png": 2])
    for number in 0..<3 { try folder.write([0xff, 0xd8, 0xff], to: "train/1/\(number).JPG") }
    expectProblem(
      .wrongData, at: "train/1", in: folder, expected: "at least one .png file",
      found: "3 .jpg files")
  }

  @Test func `a JPEG that is named as a PNG is called a JPEG`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "test/0/1.png": 2])
    try folder.write([0xff, 0xd8, 0xff, 0xe0, 0, 16], to: "train/0/2.png")
    expectProblem(
      .wrongData, at: "train/0/2.png", in: folder,
      expected: "the PNG signature 89504e470d0a1a0a", found: "a JPEG")
  }

  @Test func `a folder whose name is not UTF-8 is an error`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "test/0/1.png": 2])
    let name =
      Array("\(folder.path)/train/gr".utf8CString.dropLast()) + [CChar(bitPattern: 0xfc), 110, 0]
    let status = name.withUnsafeBufferPointer { $0.baseAddress.map { mkdir($0, 0o700) } ?? -1 }
    // Some file systems refuse such a name themselves.
    guard status == 0 else { return }
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.expected == "a name in UTF-8")
    #expect(problem?.found == "6772fc6e")
  }

  @Test func `an image of more than a million pixels is refused unless it is resized`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "test/0/1.png": 2])
    let large = try png(
      height: 1025, width: 1024, samples: [UInt8](repeating: 7, count: 1025 * 1024))
    try folder.write(large, to: "train/0/2.png")
    expectProblem(
      .wrongData, at: "train/0/2.png", in: folder, expected: "at most 1048576 pixels",
      found: "1025 × 1024")
    let data = try folder.read(resize: ImageSize(height: 2, width: 2))
    #expect(brightnesses(data.train) == [1, 7])
    // Nothing of it is decoded: the rest of the file may be missing.
    try folder.write(Array(large.prefix(33)), to: "train/0/2.png")
    expectProblem(
      .wrongData, at: "train/0/2.png", in: folder, expected: "at most 1048576 pixels",
      found: "1025 × 1024")
  }

  @Test func `a set without images is an error`() throws {
    let folder = try imageFolder(["train/0/1.png": 1])
    try makeFolder("\(folder.path)/test")
    expectProblem(
      .wrongData, at: "", in: folder, expected: "images to train with and images to test with",
      found: "1 and 0")
  }

  @Test func `a folder of something else says what is looked for`() throws {
    let folder = try TemporaryFolder()
    expectProblem(
      .noInput, at: "", in: folder, expected: "a data set", found: "neither IDX nor PNG files")
    try folder.write(small(1), to: "1.png")
    expectProblem(
      .noInput, at: "", in: folder, expected: "a data set",
      found: "neither IDX nor PNG files in folders of their labels")
    try folder.remove("1.png")
    try folder.write([1], to: "docs/readme.txt")
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    for name in ["train-images-idx3-ubyte", "train/<label>/*.png", "<label>/*.png", ".npz"] {
      #expect(problem?.hint?.contains(name) == true)
    }
  }

  @Test func `a missing folder, and a file in its place, are no input`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write([1], to: "file")
    for (path, found) in [
      ("\(folder.path)/none", "nothing of that name"), (file, "a file of another kind"),
    ] {
      let problem = #expect(throws: FileProblem.self) {
        try DigitDataset(contentsOf: path, workers: 1)
      }
      #expect(problem?.kind == .noInput)
      #expect(problem?.file == path)
      #expect(problem?.found == found)
    }
  }
}
