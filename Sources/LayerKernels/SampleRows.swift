import CProcessor
import Kernels

/// One sample of bytes as a row of inputs: row[i] = bytes[offset + i] × scale, the padding +0.
///
/// - Parameters:
///   - row: the row to fill.
///   - inputs: [samples × inputs].
///   - bytes: the samples' bytes, `inputs.columns` per sample.
///   - offset: the first byte of the sample.
///   - scale: the factor from a byte to an input.
public func fillRow(
  _ row: Int, of inputs: Matrix, bytes: [UInt8], offset: Int, scale: Float
) {
  precondition(offset + inputs.columns <= bytes.count, "a sample beyond the last byte")
  let result = inputs.row(row)
  let count = inputs.columns
  bytes.withUnsafeBytes { buffer in
    for i in 0..<count { result[i] = Float(buffer[offset + i]) * scale }
    for i in count..<paddedToLanes(count) { result[i] = 0 }
  }
}

/// One sample of bytes as a row of bytes, for products that skip zeros.
///
/// - Parameters:
///   - row: the row to fill.
///   - inputs: [samples × inputs].
///   - bytes: the samples' bytes, `inputs.columns` per sample.
///   - offset: the first byte of the sample.
///   - stores: how the row is stored. The caller calls `writing.finish()` after all rows.
public func fillRow(
  _ row: Int, of inputs: ByteMatrix, bytes: [UInt8], offset: Int, stores: StorePolicy = .cached
) {
  precondition(offset + inputs.columns <= bytes.count, "a sample beyond the last byte")
  bytes.withUnsafeBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return }
    stores.copy(start + offset, to: inputs.row(row), count: inputs.columns)
  }
}

/// The share of non-zero bytes; 1 if there are no bytes.
public func shareOfNonzeros(_ bytes: [UInt8]) -> Double {
  var count = 0
  for byte in bytes where byte != 0 { count += 1 }
  return bytes.isEmpty ? 1 : Double(count) / Double(bytes.count)
}

/// Prefetches a sample of bytes that `fillRow` will soon read: samples come in random order, which
/// the processor's own prefetcher cannot predict.
public func prefetchRow(bytes: [UInt8], offset: Int, count: Int) {
  precondition(offset + count <= bytes.count, "a sample beyond the last byte")
  bytes.withUnsafeBytes { buffer in
    guard let start = buffer.baseAddress else { return }
    for i in stride(from: 0, to: count, by: 64) { processor_prefetch_to_read(start + offset + i) }
  }
}

/// One sample of floats as a row: row[i] = floats[offset + i], the padding +0.
public func fillRow(_ row: Int, of matrix: Matrix, floats: [Float], offset: Int) {
  precondition(offset + matrix.columns <= floats.count, "a sample beyond the last float")
  let result = matrix.row(row)
  for i in 0..<paddedToLanes(matrix.columns) {
    result[i] = i < matrix.columns ? floats[offset + i] : 0
  }
}

/// A row of zeros with a single 1: a class as a target.
public func fillRow(_ row: Int, of matrix: Matrix, oneAt column: Int) {
  precondition(column < matrix.columns, "class \(column) of \(matrix.columns)")
  let result = matrix.row(row)
  for i in 0..<paddedToLanes(matrix.columns) { result[i] = i == column ? 1 : 0 }
}

/// x ← factor · x + term for each element, one fused multiply-add; the padding stays +0.
public func scaleAndShift(_ matrix: Matrix, by factor: Float, and term: Float) {
  for row in 0..<matrix.rows {
    let values = matrix.row(row)
    for i in 0..<matrix.columns { values[i] = term.addingProduct(factor, values[i]) }
  }
}

/// The column of a row's largest value, the first of equals: the predicted class.
public func indexOfLargest(inRow row: Int, of matrix: Matrix) -> Int {
  let values = matrix.row(row)
  var (best, largest) = (0, values[0])
  // Without a branch: the class cannot be predicted.
  for k in 1..<max(matrix.columns, 1) {
    let isLarger = values[k] > largest
    best = isLarger ? k : best
    largest = isLarger ? values[k] : largest
  }
  return best
}
