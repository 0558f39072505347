/// What a product makes of its outputs: an activation, and where its values and slopes go.
public struct Epilogue {
  private let kernel: ActivationKernel
  private let values: Matrix?
  private let slopes: Matrix?
  private let writing: Writing

  /// - Parameters:
  ///   - values: [rows × columns] like the result, or nil for the result's place.
  ///   - slopes: [rows × columns] like the result, whose place they may take, or nil.
  ///   - writing: how the values are written.
  public init(
    _ kernel: @escaping ActivationKernel, values: Matrix? = nil, slopes: Matrix?,
    writing: Writing = .cached
  ) {
    self.kernel = kernel
    self.values = values
    self.slopes = slopes
    self.writing = writing
  }

  /// Applies it to a part of the result.
  @inline(__always)
  func apply(to result: Matrix, rows: Range<Int>, columns: Range<Int>) {
    let sums = result.block(rows: rows, columns: columns)
    kernel(
      sums, values?.block(rows: rows, columns: columns) ?? sums,
      slopes?.block(rows: rows, columns: columns), writing)
  }

  /// Asks for the memory of the values and slopes of a part of the result.
  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {
    if writing == .cached { values?.block(rows: rows, columns: columns).prefetch() }
    slopes?.block(rows: rows, columns: columns).prefetch()
  }

  /// Makes the values visible to whoever is told of them next.
  @inline(__always)
  func finish() { writing.finish() }
}
