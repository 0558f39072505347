import Digits
import Files
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

  @Test(arguments: [("train", "test"), ("test", "train")])
  func `training and test folders need each other`(there: String, missing: String) throws {
    let folder = try imageFolder(["\(there)/0/1.png": 1])
    expectProblem(
      .noInput, at: missing, in: folder, expected: "a folder", found: "nothing of that name")
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
      .noInput, at: "", in: folder, expected: "a data set", found: "neither IDX nor PNG files")
    try folder.remove("1.png")
    try folder.write([1], to: "docs/readme.txt")
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    for name in ["train-images-idx3-ubyte", "train/<label>/*.png", "<label>/*.png"] {
      #expect(problem?.hint?.contains(name) == true)
    }
  }

  @Test func `a missing folder, and a file in its place, are no input`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write([1], to: "file")
    for (path, found) in [("\(folder.path)/none", "nothing of that name"), (file, "a file")] {
      let problem = #expect(throws: FileProblem.self) {
        try DigitDataset(contentsOf: path, workers: 1)
      }
      #expect(problem?.kind == .noInput)
      #expect(problem?.file == path)
      #expect(problem?.found == found)
    }
  }
}
