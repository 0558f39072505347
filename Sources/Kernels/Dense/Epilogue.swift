/// The work that a product does on each part of its outputs while it is cached: the activation
/// function, which stores values and slopes.
public struct Epilogue {
  private let kernel: ActivationKernel
  private let values: Matrix?
  private let slopes: Matrix?
  private let stores: StorePolicy

  /// An activation function with the places of its results.
  ///
  /// - Parameters:
  ///   - kernel: the activation function.
  ///   - values: [rows × columns] like the result; nil overwrites the result.
  ///   - slopes: [rows × columns] like the result, which they may overwrite; or nil.
  ///   - stores: how the values are stored.
  public init(
    _ kernel: @escaping ActivationKernel, values: Matrix? = nil, slopes: Matrix?,
    stores: StorePolicy = .cached
  ) {
    self.kernel = kernel
    self.values = values
    self.slopes = slopes
    self.stores = stores
  }

  /// Applies the activation function to a part of the result.
  @inline(__always)
  func apply(to result: Matrix, rows: Range<Int>, columns: Range<Int>) {
    let sums = result.block(rows: rows, columns: columns)
    kernel(
      sums, values?.block(rows: rows, columns: columns) ?? sums,
      slopes?.block(rows: rows, columns: columns), stores)
  }

  /// Prefetches the memory of the values and slopes of a part of the result.
  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {
    if stores == .cached { values?.block(rows: rows, columns: columns).prefetch() }
    slopes?.block(rows: rows, columns: columns).prefetch()
  }

  /// Store fence: the values are visible to a worker that is signalled after it.
  @inline(__always)
  func finish() { stores.finish() }
}
