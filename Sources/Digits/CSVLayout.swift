import Files
import Images

/// What the first line of a CSV file tells: whether it is a header, where the rows begin, and how many
/// columns they have.
package struct CSVLayout {
  let path: String
  /// The names of the columns, where there are any.
  let header: [String]?
  let columnCount: Int
  /// The offset of the first row.
  let rowsStart: Int
  let fileSize: Int

  /// Reads the first line.
  ///
  /// - Throws: `noInput` for a file that cannot be read, `wrongData` for one whose first line is no
  ///   line of at least two columns.
  package init(of path: String) throws(FileProblem) {
    let (start, fileSize) = try readStart(of: path, count: lineLimit)
    func problem(_ expected: String, _ found: String, hint: String? = nil) -> FileProblem {
      FileProblem(
        .wrongData, file: path, place: "line 1", expected: expected, found: found, hint: hint)
    }
    if let kind = contentInWords(start) {
      throw problem("numbers between commas", kind, hint: "unpack or convert it")
    }
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let markLength = start.starts(with: mark) ? mark.count : 0
    let line = start[markLength...].prefix { $0 != newline }
    guard line.endIndex < start.count || start.count == fileSize else {
      throw problem("a line of at most \(lineLimit) bytes", "a longer one")
    }
    let content = line.last == carriageReturn ? line.dropLast() : line
    let fields = content.split(separator: comma, omittingEmptySubsequences: false)
    guard fields.count >= 2 else {
      let isOther = content.contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\t") }
      throw problem(
        "numbers between commas", shortText(content),
        hint: isOther ? "separate the columns by commas" : nil)
    }
    let isHeader = fields.contains { field in
      !field.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        || field.contains { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
    }
    self.path = path
    self.fileSize = fileSize
    columnCount = fields.count
    header =
      isHeader
      ? fields.map { field in
        String(decoding: field, as: UTF8.self).lowercased().filter { !"\"' ".contains($0) }
      } : nil
    rowsStart = isHeader ? min(line.endIndex + 1, fileSize) : markLength
  }

  /// The column of the labels by its name, or nil where no name says so.
  var namedLabelColumn: Int? {
    header?.firstIndex { ["label", "labels", "class", "target", "digit", "y"].contains($0) }
  }

  /// Whether the file has pixels and no label: as many columns as a square, none of them named as
  /// a label.
  var isUnlabelled: Bool {
    header != nil && namedLabelColumn == nil && squareSize(columnCount) != nil
  }

  /// The size of the images, from the name of the last pixel, as `28x28`, or as a square.
  ///
  /// - Throws: `wrongData` where the pixels fill no such image.
  func imageSize(labelColumn: Int) throws(FileProblem) -> ImageSize {
    let count = columnCount - 1
    let last = header.map { $0[labelColumn == count ? count - 1 : count] } ?? ""
    let sides = last.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    if sides.count == 2, let height = sides[0], let width = sides[1], height >= 1, width >= 1,
      checkedProduct([height, width]) == count
    {
      return ImageSize(height: height, width: width)
    }
    if let size = squareSize(count) { return size }
    throw FileProblem(
      .wrongData, file: path, place: "line 1",
      expected: "a label and the pixels of a square image, such as 1 + 784 columns",
      found: "\(columnCount) columns",
      hint: squareSize(columnCount) != nil
        ? "the file has no labels" : "name the last pixel by its row and column, as 20x12")
  }
}

/// The longest first line: a header of 30 bytes for each pixel of 180 × 180.
private let lineLimit = 1 << 20

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let comma = UInt8(ascii: ",")

/// The most bytes of a field or a line that an error shows.
private let shortTextLength = 20

/// The start of a field or a line, for an error.
private func shortText(_ bytes: some Sequence<UInt8>) -> String {
  let start = Array(bytes.prefix(shortTextLength))
  return start.isEmpty ? "nothing" : String(decoding: start, as: UTF8.self)
}

/// The rows of a CSV file: a table of numbers 0…255.
package struct CSVTable {
  let layout: CSVLayout
  /// The rows one after the other, in the pieces in which they were read.
  package private(set) var pieces: [[UInt8]]

  /// The number of rows.
  let rowCount: Int

  /// Reads all rows, on up to `workers` threads: each takes the rows that begin in its segment of the
  /// file, so that the file is never in memory as a whole.
  ///
  /// - Parameters:
  ///   - layout: the columns, and where the rows begin.
  ///   - workers: the maximum number of threads that read.
  ///   - segmentByteCount: the length of a segment; it never changes the result.
  /// - Throws: `wrongData` for a row of another number of columns or a field that is no whole number
  ///   of 0…255, with its line and column.
  package init(
    _ layout: CSVLayout, workers: Int, segmentByteCount: Int = 1 << 20
  ) throws(FileProblem) {
    let byteCount = layout.fileSize - layout.rowsStart
    let segmentCount = (byteCount + segmentByteCount - 1) / segmentByteCount
    pieces = try makeInParallel(count: segmentCount, workers: workers) {
      index throws(FileProblem) in
      let start = layout.rowsStart + index * segmentByteCount
      let end = min(start + segmentByteCount, layout.fileSize)
      return try CSVTable.rows(of: layout, startingIn: start..<end)
    }
    rowCount = pieces.reduce(0) { $0 + $1.count } / layout.columnCount
    self.layout = layout
    guard rowCount > 0 else {
      throw FileProblem(
        .wrongData, file: layout.path, expected: "at least one row", found: "none")
    }
  }

  /// The values of one column.
  func values(ofColumn column: Int) -> [UInt8] {
    var values: [UInt8] = []
    values.reserveCapacity(rowCount)
    for piece in pieces {
      for start in stride(from: 0, to: piece.count, by: layout.columnCount) {
        values.append(piece[start + column])
      }
    }
    return values
  }

  /// Divides the rows into two sets, and gives up the table's memory piece by piece.
  ///
  /// - Parameters:
  ///   - labelColumn: the column that is the label; the others are the pixels.
  ///   - size: the size of the images that the pixels are.
  ///   - isTest: whether a row belongs to the second set.
  /// - Returns: both sets, each in the order of its rows.
  mutating func takeSets(
    labelColumn: Int, size: ImageSize, isTest: (Int) -> Bool
  ) -> (train: DigitSet, test: DigitSet) {
    let columns = layout.columnCount
    let sides = (0..<rowCount).map(isTest)
    var images: (train: [UInt8], test: [UInt8]) = ([], [])
    var labels: (train: [UInt8], test: [UInt8]) = ([], [])
    let testCount = sides.count { $0 }
    images.train.reserveCapacity((rowCount - testCount) * (columns - 1))
    images.test.reserveCapacity(testCount * (columns - 1))
    func append(_ row: ArraySlice<UInt8>, _ images: inout [UInt8], _ labels: inout [UInt8]) {
      let label = row.startIndex + labelColumn
      labels.append(row[label])
      images += row[..<label]
      images += row[(label + 1)...]
    }
    var index = 0
    for number in pieces.indices {
      let piece = pieces[number]
      pieces[number] = []
      for start in stride(from: 0, to: piece.count, by: columns) {
        let row = piece[start..<start + columns]
        if sides[index] {
          append(row, &images.test, &labels.test)
        } else {
          append(row, &images.train, &labels.train)
        }
        index += 1
      }
    }
    return (
      DigitSet(images: images.train, labels: labels.train, imageSize: size),
      DigitSet(images: images.test, labels: labels.test, imageSize: size)
    )
  }
}

extension CSVTable {
  /// A field or row that is wrong.
  private struct Fault: Error {
    /// The offset in the segment of the line.
    let lineStart: Int
    /// From 0; nil for a row that ends too early.
    let column: Int
    let expected: String
    let found: String
    var hint: String?
  }

  /// The rows that begin in a range of the file.
  private static func rows(
    of layout: CSVLayout, startingIn range: Range<Int>
  ) throws(FileProblem) -> [UInt8] {
    // One byte before the range tells whether a line begins with it; the last line reaches beyond
    // it by no more than three digits and a comma for each column, or the text of a wrong field.
    let lead = range.lowerBound > layout.rowsStart ? 1 : 0
    let start = range.lowerBound - lead
    let end = min(
      range.upperBound + 4 * layout.columnCount + 4 + shortTextLength, layout.fileSize)
    var file = try InputFile(layout.path, range: start..<end)
    let bytes = try readBytes(from: &file, count: end - start)
    guard bytes.count == end - start else {
      throw FileProblem(
        .inputOutput, file: layout.path, place: "byte \(start + bytes.count)",
        expected: "to read \(layout.fileSize) bytes", found: "the end of the file")
    }
    do throws(Fault) {
      return try parse(
        bytes.span, skipsFirstLine: lead == 1, startingBefore: range.upperBound - start,
        columns: layout.columnCount)
    } catch {
      let line = try lineNumber(at: start + error.lineStart, in: layout.path)
      throw FileProblem(
        .wrongData, file: layout.path, place: "line \(line), column \(error.column + 1)",
        expected: error.expected, found: error.found, hint: error.hint)
    }
  }

  /// The fields of all lines that begin before a limit.
  private static func parse(
    _ bytes: Span<UInt8>, skipsFirstLine: Bool, startingBefore limit: Int, columns: Int
  ) throws(Fault) -> [UInt8] {
    var values: [UInt8] = []
    values.reserveCapacity(bytes.count / 2)
    var offset = 0
    if skipsFirstLine {
      // The byte before the range is a line break, or the line belongs to the range before.
      while offset < bytes.count, bytes[offset] != newline { offset += 1 }
      offset += 1
    }
    while offset < limit, offset < bytes.count {
      if let next = lineBreak(bytes, at: offset) {
        offset = next
        continue
      }
      let lineStart = offset
      var column = 0
      while true {
        let fieldStart = offset
        var value = 0
        while offset < bytes.count, offset - fieldStart < 4 {
          let digit = bytes[offset] &- UInt8(ascii: "0")
          if digit > 9 { break }
          value = 10 * value + Int(digit)
          offset += 1
        }
        let isEnd = offset == bytes.count
        let next = isEnd ? offset : lineBreak(bytes, at: offset)
        let isWhole = next != nil || bytes[offset] == comma
        guard isWhole, offset > fieldStart, offset - fieldStart < 4, value <= 255 else {
          throw wrongField(bytes, from: fieldStart, lineStart: lineStart, column: column)
        }
        guard column < columns else {
          throw Fault(
            lineStart: lineStart, column: column, expected: "\(columns) columns as in line 1",
            found: "more")
        }
        values.append(UInt8(truncatingIfNeeded: value))
        column += 1
        if let next {
          offset = next
          break
        }
        offset += 1
      }
      guard column == columns else {
        throw Fault(
          lineStart: lineStart, column: column - 1, expected: "\(columns) columns as in line 1",
          found: "\(column)")
      }
    }
    return values
  }

  /// The offset behind the line break at an offset, or nil where there is none.
  @inline(__always)
  private static func lineBreak(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
    if bytes[offset] == newline { return offset + 1 }
    guard bytes[offset] == carriageReturn else { return nil }
    if offset + 1 == bytes.count { return offset + 1 }
    return bytes[offset + 1] == newline ? offset + 2 : nil
  }

  private static func wrongField(
    _ bytes: Span<UInt8>, from start: Int, lineStart: Int, column: Int
  ) -> Fault {
    var text: [UInt8] = []
    var offset = start
    while offset < bytes.count, text.count < shortTextLength,
      ![comma, newline, carriageReturn].contains(bytes[offset])
    {
      text.append(bytes[offset])
      offset += 1
    }
    return Fault(
      lineStart: lineStart, column: column, expected: "a whole number 0…255",
      found: shortText(text),
      hint: text.contains(UInt8(ascii: "."))
        ? "save whole numbers; multiply those of 0…1 by 255" : nil)
  }

  /// The number of the line that begins at an offset, from 1.
  private static func lineNumber(at offset: Int, in path: String) throws(FileProblem) -> Int {
    var file = try InputFile(path, range: 0..<offset)
    var count = 1
    while true {
      let bytes = try readBytes(from: &file, count: 1 << 20)
      if bytes.isEmpty { return count }
      count += bytes.count { $0 == newline }
    }
  }

  /// The number of the line of a row, for an error; empty lines count as lines and not as rows.
  static func lineNumber(ofRow row: Int, in layout: CSVLayout) -> Int? {
    guard let bytes = try? readFile(layout.path) else { return nil }
    var line = 1 + bytes.prefix(layout.rowsStart).count { $0 == newline }
    var rows = 0
    for content in bytes.dropFirst(layout.rowsStart)
      .split(separator: newline, omittingEmptySubsequences: false)
    {
      let isEmpty = content.isEmpty || content.elementsEqual([carriageReturn])
      if !isEmpty && rows == row { return line }
      if !isEmpty { rows += 1 }
      line += 1
    }
    return nil
  }
}
