import Digits

/// CSV files: the input up to its first zero byte is `train.csv`, the rest `test.csv`.
@Sendable func attackCSV(_ bytes: [UInt8]) {
  let end = bytes.firstIndex(of: 0) ?? bytes.count
  let path = put(Array(bytes[..<end]), "csv/train.csv")
  if end < bytes.count {
    put(Array(bytes[(end + 1)...]), "csv/test.csv")
  } else {
    remove("csv/test.csv")
  }
  attackSegments(path, length: 8 + end % 61)
  guard
    let digits = accepted({ try DigitDataset(contentsOf: path, workers: 1) })
  else { return }
  expectSound(digits)
  // A set that was split may have labels in its test part alone, which two files may not.
  guard Set(digits.test.labels).isSubset(of: digits.train.labels) else { return }
  put(csv(digits.train), "csv/train.csv")
  put(csv(digits.test), "csv/test.csv")
  let again = must("CSV files that were written are read") {
    try DigitDataset(contentsOf: path, classCount: digits.classCount, workers: 1)
  }
  expect(again.train == digits.train && again.test == digits.test, "CSV makes a round trip")
}

/// A file is read in segments by several threads; their length must not show.
private func attackSegments(_ path: String, length: Int) {
  guard let layout = accepted({ try CSVLayout(of: path) }) else { return }
  func rows(_ length: Int) -> Result<[UInt8], any Error> {
    Result {
      try CSVTable(layout, workers: 1, segmentByteCount: length).pieces.reduce([], +)
    }
  }
  switch (rows(1 << 20), rows(length)) {
  case (.success(let one), .success(let other)):
    expect(one == other, "segments of \(length) bytes give the same rows")
  case (.failure(let one), .failure(let other)):
    expect("\(one)" == "\(other)", "segments of \(length) bytes give the same problem")
  default: expect(false, "segments of \(length) bytes give the same outcome")
  }
}

private func csv(_ set: DigitSet) -> [UInt8] {
  let names = (0..<set.pixelsPerImage).map { "\($0 / set.width + 1)x\($0 % set.width + 1)" }
  let rows = (0..<set.count).map { index in
    ([set.labels[index]] + set.pixels(ofImage: index)).map(String.init).joined(separator: ",")
  }
  return Array((["label," + names.joined(separator: ",")] + rows).joined(separator: "\n").utf8)
}
