import Digits
import Images

/// IDX files: each part of the input that begins like one is a file of images, of labels, or both are
/// tried. Several parts are the files of a data set.
@Sendable func attackIDX(_ bytes: [UInt8]) {
  let files = parts(of: bytes, at: [[0, 0, 8], [0, 0, 12]], most: 4)
  for dimensions in [1, 3] { attackIDXArray(files[0], dimensions: dimensions) }
  if files.count > 1 { attackIDXFolder(files) }
}

private func attackIDXArray(_ bytes: [UInt8], dimensions: Int) {
  guard
    let array = accepted({
      try IDXArray(contentsOf: put(bytes, "array"), dimensions: dimensions)
    })
  else { return }
  expect(array.sizes.count == dimensions, "an IDX array has its dimensions")
  expect(array.sizes.reduce(1, *) == array.bytes.count, "an IDX array has all of its bytes")
  let file = idxFile(array.sizes, array.bytes)
  // Only QMNIST's table of integers is written in another way.
  expect(file == bytes || bytes[2] == 0x0c, "an IDX file is written again to the same bytes")
  let again = must("an IDX file that was written is read") {
    try IDXArray(contentsOf: put(file, "array"), dimensions: dimensions)
  }
  expect(again.sizes == array.sizes && again.bytes == array.bytes, "IDX makes a round trip")
}

private func attackIDXFolder(_ files: [[UInt8]]) {
  let names = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
  ]
  for (index, name) in names.enumerated() {
    put(index < files.count ? files[index] : files[index - 2], "idx/\(name)")
  }
  guard
    let digits = accepted({ try DigitDataset(contentsOf: file("idx"), workers: 1) })
  else { return }
  expectSound(digits)
  write(digits, to: names)
  let again = must("IDX files that were written are read") {
    try DigitDataset(contentsOf: file("idx"), workers: 1)
  }
  expect(again == digits, "a data set of IDX files makes a round trip")
}

private func write(_ digits: DigitDataset, to names: [String]) {
  for (set, first) in [(digits.train, 0), (digits.test, 2)] {
    put(idxFile([set.count, set.height, set.width], set.images), "idx/\(names[first])")
    put(idxFile([set.count], set.labels), "idx/\(names[first + 1])")
  }
}

/// An IDX file of bytes.
private func idxFile(_ sizes: [Int], _ content: [UInt8]) -> [UInt8] {
  [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { bigEndian($0, 4) } + content
}

/// What holds for every data set that a reader returns.
func expectSound(_ digits: DigitDataset) {
  for set in [digits.train, digits.test] {
    expect(set.count > 0, "a data set has images")
    expect(set.imageSize == digits.train.imageSize, "all images have one size")
    expect(set.images.count == set.count * set.pixelsPerImage, "every image is whole")
    expect(set.labels.allSatisfy { $0 < digits.classCount }, "every label has a class")
  }
  // The last step before training.
  let prepared = digits.prepared(workers: 1)
  expect(prepared.train.count == digits.train.count, "a preparation keeps every image")
}
