/// A function that a product applies to its outputs tile by tile. It computes values from sums,
/// element by element, and their derivatives, the slopes, unless these are nil.
///
/// All matrices have the same shape. Values or slopes may overwrite the sums. `stores` says how the
/// values are stored.
public typealias TileFunction =
  @Sendable (
    _ sums: Matrix, _ values: Matrix, _ slopes: Matrix?, _ stores: StorePolicy
  ) -> Void

/// The work that a product does on each part of its outputs while it is cached: a function, which
/// stores values and slopes.
public struct Epilogue {
  private let function: TileFunction
  private let values: Matrix?
  private let slopes: Matrix?
  private let stores: StorePolicy

  /// A function with the places of its results.
  ///
  /// - Parameters:
  ///   - function: a bare function or a closure.
  ///   - values: [rows × columns] like the result; nil overwrites the result.
  ///   - slopes: [rows × columns] like the result, which they may overwrite; or nil.
  ///   - stores: how the values are stored.
  public init(
    _ function: @escaping TileFunction, values: Matrix? = nil, slopes: Matrix?,
    stores: StorePolicy = .cached
  ) {
    self.function = function
    self.values = values
    self.slopes = slopes
    self.stores = stores
  }

  /// Applies the function to a part of the result.
  @inline(__always)
  func apply(to result: Matrix, rows: Range<Int>, columns: Range<Int>) {
    let sums = result.block(rows: rows, columns: columns)
    function(
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
