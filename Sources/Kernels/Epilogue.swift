/// What a product makes of its outputs: an activation, and where its slopes go.
public struct Epilogue {
  let kernel: ActivationKernel
  let slopes: Matrix?

  /// - Parameters:
  ///   - slopes: [rows × columns] like the result, or nil.
  public init(_ kernel: @escaping ActivationKernel, slopes: Matrix?) {
    self.kernel = kernel
    self.slopes = slopes
  }

  /// Applies it to a part of the result.
  @inline(__always)
  func apply(to result: Matrix, rows: Range<Int>, columns: Range<Int>) {
    kernel(
      result.block(rows: rows, columns: columns), slopes?.block(rows: rows, columns: columns))
  }

  /// Asks for the memory of the slopes of a part of the result.
  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {
    slopes?.block(rows: rows, columns: columns).prefetch()
  }
}
