import CZlib
import Digits

/// Archives of NumPy arrays. An input that begins as a ZIP archive is one, as it is and with the right
/// checksums. Any other is up to four arrays, which are put into an archive.
@Sendable func attackNPZ(_ bytes: [UInt8]) {
  if bytes.starts(with: [0x50, 0x4b]) {
    attackArchive(bytes)
    attackArchive(withChecksums(bytes))
  } else {
    let isDeflated = bytes.count.isMultiple(of: 2)
    var arrays = parts(of: bytes, at: [[0x93] + Array("NUMPY".utf8)], most: 4)
    // The test set is the training set where there is none.
    while arrays.count < 4 { arrays.append(arrays[max(0, arrays.count - 2)]) }
    attackArchive(zip(arrays, isDeflated: isDeflated))
  }
}

private func attackArchive(_ bytes: [UInt8]) {
  let path = put(bytes, "set.npz")
  guard
    let digits = accepted({ try DigitDataset(contentsOf: path, workers: 1) })
  else { return }
  expectSound(digits)
  // Without a shade above 1 the training images would be read as those of 0…1.
  guard digits.train.images.contains(where: { $0 > 1 }) else { return }
  let arrays = [digits.train, digits.test].flatMap { set in
    [
      npy([set.count, set.height, set.width], set.images), npy([set.count], set.labels),
    ]
  }
  put(zip(arrays, isDeflated: false), "set.npz")
  let again = must("an archive that was written is read") {
    try DigitDataset(contentsOf: path, workers: 1)
  }
  expect(
    again.train == digits.train && again.test == digits.test
      && again.classNames == digits.classNames, "an archive makes a round trip")
}

/// A ZIP archive of the four arrays of a data set.
private func zip(_ arrays: [[UInt8]], isDeflated: Bool) -> [UInt8] {
  var archive: [UInt8] = []
  var directory: [UInt8] = []
  for (name, content) in zip(["x_train", "y_train", "x_test", "y_test"], arrays) {
    let packed = isDeflated ? deflated(content, level: 1, windowBits: -15) : content
    // Version, flags, method, time, date, checksum, sizes, lengths of name and extra field.
    let common =
      littleEndian(20, 2) + littleEndian(0, 2) + littleEndian(isDeflated ? 8 : 0, 2)
      + littleEndian(0, 4) + littleEndian(checksum(content[...]), 4)
      + littleEndian(packed.count, 4) + littleEndian(content.count, 4)
      + littleEndian(name.utf8.count, 2) + littleEndian(0, 2)
    directory += Array("PK\u{1}\u{2}".utf8) + littleEndian(20, 2) + common + littleEndian(0, 10)
    directory += littleEndian(archive.count, 4) + Array(name.utf8)
    archive += Array("PK\u{3}\u{4}".utf8) + common + Array(name.utf8) + packed
  }
  return archive + directory + Array("PK\u{5}\u{6}".utf8) + littleEndian(0, 4)
    + littleEndian(arrays.count, 2) + littleEndian(arrays.count, 2)
    + littleEndian(directory.count, 4) + littleEndian(archive.count, 4) + littleEndian(0, 2)
}

/// An archive whose stored members have the checksums of their content: the work of someone who changes
/// a file on purpose.
private func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  func number(_ offset: Int, _ count: Int) -> Int {
    bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
  var offset = 0
  while offset + 46 <= bytes.count {
    defer { offset += 1 }
    guard bytes[offset] == 0x50, bytes[offset...].starts(with: [0x50, 0x4b, 1, 2]) else {
      continue
    }
    let (header, count) = (number(offset + 42, 4), number(offset + 20, 4))
    guard header + 30 <= bytes.count else { continue }
    let start = header + 30 + number(header + 26, 2) + number(header + 28, 2)
    guard start + count <= bytes.count else { continue }
    bytes.replaceSubrange(
      offset + 16..<offset + 20, with: littleEndian(checksum(bytes[start..<start + count]), 4))
  }
  return bytes
}

/// A NumPy array of bytes.
private func npy(_ shape: [Int], _ content: [UInt8]) -> [UInt8] {
  let sizes = shape.map { "\($0)," }.joined()
  let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(sizes))}\n"
  return [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(header.utf8.count, 2)
    + Array(header.utf8) + content
}

/// The CRC-32 of ZIP and PNG.
func checksum(_ bytes: ArraySlice<UInt8>) -> Int {
  unsafe bytes.withUnsafeBufferPointer { unsafe Int(crc32(0, $0.baseAddress, uInt($0.count))) }
}
