import Digits
import Files
import Images
import Testing
import TestSupport

/// The labels of six images of 2 × 2 pixels.
private let labels = [2, 0, 1, 1, 0, 2]

/// Row i has the pixels 10 i, 10 i + 1, 0 and 10 i + 3.
private func pixels(_ row: Int) -> [Int] { [10 * row, 10 * row + 1, 0, 10 * row + 3] }

private func text(
  header: String? = "label,pixel0,pixel1,pixel2,pixel3", lineBreak: String = "\n",
  row: (Int) -> [Int] = { [labels[$0]] + pixels($0) }
) -> String {
  let rows = labels.indices.map { row($0).map(String.init).joined(separator: ",") }
  return ((header.map { [$0] } ?? []) + rows).joined(separator: lineBreak) + lineBreak
}

private func folder(_ files: KeyValuePairs<String, String>) throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  for (name, text) in files { try folder.write(text, to: name) }
  return folder
}

@Suite struct CSVTests {
  private func expectWhole(
    _ data: DigitDataset, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let expected = labels.indices.flatMap { pixels($0).map { UInt8($0) } }
    #expect(data.train.images == expected, sourceLocation: sourceLocation)
    #expect(data.train.labels == labels.map { UInt8($0) }, sourceLocation: sourceLocation)
    #expect(data.train.imageSize == ImageSize(height: 2, width: 2), sourceLocation: sourceLocation)
    #expect(data.test.labels == data.train.labels, sourceLocation: sourceLocation)
    #expect(data.classNames == ["0", "1", "2"], sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    text(), text(lineBreak: "\r\n"), text(header: nil), "\u{FEFF}" + text(), text() + "\n\n",
    String(text().dropLast()), text(header: "\"label\",\"1x1\",\"1x2\",\"2x1\",\"2x2\""),
    text(header: nil) { pixels($0) + [labels[$0]] },
    text(header: "p1,p2,p3,p4,class") { pixels($0) + [labels[$0]] },
    text(header: "p1,p2,label,p3,p4") {
      Array(pixels($0)[..<2]) + [labels[$0]] + Array(pixels($0)[2...])
    },
  ])
  func `every usual form of rows is read`(text: String) throws {
    // A last column that is all 0 would be no label; the pixels' last column varies.
    let folder = try folder(["train.csv": text, "test.csv": text])
    for workers in [1, 3] { expectWhole(try folder.read(workers: workers)) }
    #expect(try folder.read().notices.allSatisfy { $0.contains("last column") })
  }

  @Test(arguments: [
    ("mnist_train.csv", "mnist_test.csv"), ("Train.CSV", "TEST.csv"), ("train.csv", "val.csv"),
  ])
  func `both files are found by their names, from either of them`(train: String, test: String)
    throws
  {
    let folder = try folder([train: text(), test: text()])
    expectWhole(try folder.read())
    for name in [train, test] {
      expectWhole(try DigitDataset(contentsOf: folder(name), workers: 2))
    }
  }

  @Test func `a name before the part names the set`() throws {
    let folder = try folder(["fashion-mnist_train.csv": text(), "fashion-mnist_test.csv": text()])
    let data = try DigitDataset(contentsOf: folder("fashion-mnist_train.csv"), workers: 1)
    #expect(data.name == "fashion-mnist")
    #expect(folder.path.hasSuffix(try folder.read().name))
  }

  @Test func `a test file without labels is not read, and said`() throws {
    let unlabelled = "pixel0,pixel1,pixel2,pixel3\n1,2,3,4\n"
    let folder = try folder([
      "train.csv": text(), "test.csv": unlabelled, "sample_submission.csv": "ImageId,Label\n1,0\n",
    ])
    let data = try folder.read(seed: 3)
    #expect(data.train.count + data.test.count == 6)
    #expect(data.notices.count == 3)
    #expect(data.notices[0].hasPrefix("no test set: \(data.test.count) of 6 images"))
    #expect(data.notices.contains { $0.contains("sample_submission.csv") })
    #expect(data.notices.contains("\(folder("test.csv")) has no labels and is not read"))
    let problem = #expect(throws: FileProblem.self) {
      try folder.remove("train.csv")
      return try DigitDataset(contentsOf: folder("test.csv"), workers: 1)
    }
    #expect(problem?.expected == "a file of training images beside it")
  }

  @Test func `a single file is split by row numbers, so that more rows move no other`() throws {
    func numbered(_ count: Int) -> String {
      (0..<count).map { "\($0 % 2),\($0),0,0,0\n" }.joined()
    }
    let small = try folder(["digits.csv": numbered(100)]).read(testFraction: 0.25)
    let large = try folder(["digits.csv": numbered(200)]).read(testFraction: 0.25)
    let isTest = (0..<200).map { row in
      SHA256.hexDigest(of: [UInt8](repeating: 0, count: 8) + Array("\(row)".utf8)) < "4"
    }
    #expect(brightnesses(large.test).map(Int.init) == (0..<200).filter { isTest[$0] })
    #expect(brightnesses(large.test).filter { $0 < 100 } == brightnesses(small.test))
    #expect(brightnesses(large.train).map(Int.init) == (0..<200).filter { !isTest[$0] })
    #expect(large.train.labels == brightnesses(large.train).map { $0 % 2 })
  }

  @Test func `rows that cross the pieces of the file are read once`() throws {
    // 1 MiB is not a multiple of any row's length.
    var numbers = TestNumbers(seed: 1)
    var rows: [[UInt8]] = []
    for row in 0..<2000 {
      rows.append(
        [UInt8(row % 7)] + (0..<784).map { _ in UInt8.random(in: 0...255, using: &numbers) })
    }
    let text = rows.map { $0.map(String.init).joined(separator: ",") + "\n" }.joined()
    #expect(text.utf8.count > 4 << 20)
    let data = try folder(["train.csv": text, "test.csv": text]).read(workers: 3)
    #expect(data.train.labels == rows.map { $0[0] })
    #expect(data.train.images == rows.flatMap { $0[1...] })
    // The last field of the file: far behind the first piece.
    let broken = try folder(["train.csv": String(text.dropLast(1)) + "x\n"])
    let problem = #expect(throws: FileProblem.self) { try broken.read() }
    #expect(problem?.place == "line 2000, column 785")
  }

  @Test(arguments: [
    ("3,1,2,3,4,5", "line 8, column 6", "5 columns as in line 1", "more"),
    ("3,1,2,3", "line 8, column 4", "5 columns as in line 1", "4"),
    ("3,1,2,3,", "line 8, column 5", "a whole number 0…255", "nothing"),
    ("3,1,,3,4", "line 8, column 3", "a whole number 0…255", "nothing"),
    ("3,1,256,3,4", "line 8, column 3", "a whole number 0…255", "256"),
    ("3,1,-1,3,4", "line 8, column 3", "a whole number 0…255", "-1"),
    ("3,1,0.5,3,4", "line 8, column 3", "a whole number 0…255", "0.5"),
    (
      "3,1,99999999999999999999,3,4", "line 8, column 3", "a whole number 0…255",
      "99999999999999999999"
    ),
    ("3,1,2,3,4 ", "line 8, column 5", "a whole number 0…255", "4 "),
    ("three,1,2,3,4", "line 8, column 1", "a whole number 0…255", "three"),
  ])
  func `a wrong field is named by line and column`(
    row: String, place: String, expected: String, found: String
  ) throws {
    let folder = try folder([
      "train.csv": text() + row + "\n" + text(header: nil), "test.csv": text(),
    ])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.file == folder("train.csv"))
    #expect(problem?.place == place)
    #expect(problem?.expected == expected)
    #expect(problem?.found == found)
  }

  @Test(
    arguments: [
      ("label;pixel0;pixel1\n1;2;3\n", "line 1", "numbers between commas", "label;pixel0;pixel1"),
      ("", "line 1", "numbers between commas", "an empty file"),
      ("label,p1,p2,p3,p4\n", nil, "at least one row", "none"),
      (
        "1,2,3\n", "line 1", "a label and the pixels of a square image, such as 1 + 784 columns",
        "3 columns"
      ),
      ("p1,p2,p3,p4\n1,2,3,4\n", "line 1", "a column of labels", "4 columns of pixels"),
    ] as [(String, String?, String, String)])
  func `a file of another form says what is expected`(
    text: String, place: String?, expected: String, found: String
  ) throws {
    let folder = try folder(["train.csv": text])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.place == place)
    #expect(problem?.expected == expected)
    #expect(problem?.found == found)
  }

  @Test func `the header may give the sides of the images`() throws {
    let text = "label,1x1,1x2,1x3,2x1,2x2,2x3\n0,1,2,3,4,5,6\n1,1,2,3,4,5,6\n"
    let data = try folder(["train.csv": text, "test.csv": text]).read()
    #expect(data.train.imageSize == ImageSize(height: 2, width: 3))
  }

  @Test func `a damaged label is named by its line`() throws {
    let damaged = text().replacing("\n1,20,21", with: "\n\n255,20,21")
    let problem = #expect(throws: FileProblem.self) {
      try folder(["train.csv": damaged, "test.csv": text()]).read()
    }
    #expect(problem?.place == "line 5, column 1")
    #expect(problem?.found == "255")
    let split = #expect(throws: FileProblem.self) {
      try folder(["digits.csv": damaged]).read(seed: 3)
    }
    #expect(split?.place == "line 5, column 1")
    let unknown = #expect(throws: FileProblem.self) {
      try folder(["train.csv": text(), "test.csv": text().replacing("\n2,0,1", with: "\n3,0,1")])
        .read()
    }
    #expect(unknown?.place == "line 2, column 1")
    #expect(unknown?.found == "3")
  }

  @Test func `several sets in one folder are refused with their names`() throws {
    let folder = try folder(["a_train.csv": text(), "b_train.csv": text(), "b_test.csv": text()])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.found == "a_train.csv, b_train.csv")
    #expect(try DigitDataset(contentsOf: folder("b_train.csv"), workers: 1).notices.count == 1)
  }

  @Test func `EMNIST's rows are turned upright by their name`() throws {
    let folder = try folder([
      "emnist-letters-train.csv": text(header: nil), "emnist-letters-test.csv": text(header: nil),
    ])
    let data = try folder.read()
    #expect(Array(data.train.pixels(ofImage: 1)) == [10, 0, 11, 13])
    #expect(data.notices.first?.contains("emnist-letters") == true)
    let asIs = try DigitDataset(contentsOf: folder.path, transpose: false, workers: 1)
    #expect(Array(asIs.train.pixels(ofImage: 1)) == [10, 11, 0, 13])
  }

  @Test func `a wrong field is quoted alike wherever the file is cut into pieces`() throws {
    let wrong = String(repeating: "x", count: 30)
    let folder = try folder(["train.csv": "0,1\n1,2\n2,\(wrong)\n0,3\n"])
    let layout = try CSVLayout(of: folder("train.csv"))
    for length in 1...40 {
      let problem = #expect(throws: FileProblem.self) {
        try CSVTable(layout, workers: 1, segmentByteCount: length)
      }
      #expect(problem?.found == wrong.prefix(20).description, "pieces of \(length) bytes")
    }
  }

  @Test func `random damage gives a problem or a whole set, never a crash`() throws {
    let folder = try folder(["train.csv": text(), "test.csv": text()])
    let bytes = Array(text().utf8)
    var numbers = TestNumbers(seed: 2)
    var refused = 0
    for round in 0..<1000 {
      var changed = bytes
      for _ in 0...round % 3 {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        changed[place] ^= UInt8.random(in: 1...255, using: &numbers)
      }
      if round % 4 == 0 { changed.removeLast(Int.random(in: 0...bytes.count, using: &numbers)) }
      try folder.write(changed, to: "train.csv")
      do {
        let data = try folder.read(workers: 1)
        #expect(data.train.images.count == data.train.count * data.train.pixelsPerImage)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 500)
  }
}
