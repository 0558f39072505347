import CProcessor

/// The product of two matrices, each output one chain over the depth in ascending order that starts
/// from its column's bias, or from +0 without one: result = bias + left · right.
///
/// - Parameters:
///   - left: [rows × depth].
///   - right: [depth × columns].
///   - bias: [1 × columns], or nil.
///   - result: [rows × columns]; the padding of its rows is written too.
///   - epilogue: applied to each part of the result while it is in the first cache; or nil.
public func multiply(
  _ left: Matrix, _ right: Matrix, bias: Matrix?, into result: Matrix,
  epilogue: Epilogue? = nil
) {
  requireProduct(left.rows, left.columns, right.rows, right.columns, result)
  multiply(
    left.asLeftFactor, right.asRightFactor, depth: left.columns, bias: bias, into: result,
    epilogue)
}

/// The product of two matrices of bfloat16 numbers. It differs from `multiply` of floats: the
/// factors are rounded, and terms are added in the order of the unit.
///
/// - Parameters:
///   - left: [rows × depth], paired along the depth.
///   - right: [depth × columns], paired along the depth. For the matrix unit, the padding of its rows
///     is 0.
///   - unit: the instructions.
///   - bias: [1 × columns], or nil.
///   - result: [rows × columns]; the padding of its rows is written too.
///   - epilogue: applied to each part of the result while it is in the first cache; or nil.
public func multiply(
  _ left: BFloat16PairMatrix, _ right: BFloat16PairMatrix, by unit: BFloat16Unit,
  bias: Matrix? = nil, into result: Matrix, epilogue: Epilogue? = nil
) {
  requireProduct(left.rows, left.columns, right.rows, right.columns, result)
  if unit.hasBlocks {
    multiply(
      BlockProduct(left.asLeftFactor, right.asRightFactor, unit: unit),
      steps: BlockProduct.steps(pairs: left.columns), bias: bias, into: result, epilogue)
  } else {
    multiply(
      left.asLeftFactor, right.asRightFactor, depth: left.columns, bias: bias, into: result,
      epilogue)
  }
}

private func multiply(
  _ product: BlockProduct, steps: Int, bias: Matrix?, into result: Matrix, _ epilogue: Epilogue?
) {
  precondition(bias.map { $0.columns == result.columns } ?? true, "biases of another width")
  product.forEachBlock(
    rows: 0..<result.rows, columns: 0..<paddedToLanes(result.columns)
  ) { rows, columns, ahead in
    result.block(rows: rows, columns: columns).prefetch()
    epilogue?.prefetch(rows: rows, columns: columns)
    product.run(
      rows: rows, columns: columns, steps: 0..<steps,
      ends: TileEnds(
        start: bias.map { (UnsafePointer($0.start) + columns.lowerBound, 0) },
        result: (result.row(rows.lowerBound) + columns.lowerBound, result.stride)),
      ahead: ahead)
    epilogue?.apply(to: result, rows: rows, columns: columns)
  }
  epilogue?.finish()
}

@inline(__always)
private func multiply<Element: FactorElement>(
  _ left: RowMajorFactor<Element>, _ right: RightFactor<Element>, depth: Int, bias: Matrix?,
  into result: Matrix, _ epilogue: Epilogue?
) {
  precondition(bias.map { $0.columns == result.columns } ?? true, "biases of another width")
  let columns = 0..<paddedToLanes(result.columns)
  let parts =
    worksInParts && columns.count >= result.rows ? max(1, depth / depthAtATime) : 1
  for part in 0..<parts {
    let work = Product(
      part: part * depth / parts..<(part + 1) * depth / parts, left: left, right: right,
      bias: bias?.start, result: result, epilogue: part == parts - 1 ? epilogue : nil)
    forEachTile(rows: 0..<result.rows, columns: columns, work)
  }
  epilogue?.finish()
}

/// Whether deep products are blocked along the depth: all rows of one part are computed before the
/// next part, and the result holds the unfinished sums. With narrow registers, the columns of a
/// part's right factor that a tile reads then stay in the first-level cache. With wide registers
/// they would only do so at a depth too small to pay for storing and loading the sums.
@inline(__always)
private var worksInParts: Bool { !processor_has_wide_registers() }

/// The minimum depth of a part.
private let depthAtATime = 256

private struct Product<Element: FactorElement>: TileWork {
  /// The range of the depth that this part covers.
  let part: Range<Int>
  let left: RowMajorFactor<Element>
  let right: RightFactor<Element>
  let bias: UnsafeMutablePointer<Float>?
  let result: Matrix
  let epilogue: Epilogue?

  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {
    result.block(rows: rows, columns: columns).prefetch()
    epilogue?.prefetch(rows: rows, columns: columns)
  }

  @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int,
    prefetchTarget: PrefetchTarget
  ) {
    let destination = result.row(firstRow) + firstColumn
    runChains(
      shape, left, firstRow: firstRow, right, firstColumn: firstColumn,
      steps: (isContinuation ? part.lowerBound : 0)..<part.upperBound,
      ends: TileEnds(
        start: isContinuation
          ? (UnsafePointer(destination), result.stride)
          : bias.map { (UnsafePointer($0) + firstColumn, 0) },
        result: (destination, result.stride)),
      prefetchTarget: prefetchTarget)
    epilogue?.apply(
      to: result, rows: firstRow..<firstRow + rows,
      columns: firstColumn..<firstColumn + vectors * laneCount)
  }

  /// Whether the chains continue the sums in the result; known at compile time where there are no
  /// parts.
  @inline(__always)
  private var isContinuation: Bool { worksInParts && part.lowerBound > 0 }
}

/// The product of two matrices without a bias, times slopes: errors = slopes ∘ (left · right).
///
/// - Parameters:
///   - left: [rows × depth].
///   - right: [depth × columns].
///   - slopes: [rows × columns].
///   - errors: [rows × columns]; the padding of its rows becomes +0.
///   - stores: how the error signals are stored.
public func multiply(
  _ left: Matrix, _ right: Matrix, times slopes: Matrix, into errors: Matrix,
  stores: StorePolicy = .cached
) {
  requireProduct(left.rows, left.columns, right.rows, right.columns, errors)
  requireSameShape(slopes, errors)
  withUnsafeTemporaryAllocation(
    of: Float.self, capacity: TreeMemory.tileVectors * laneCount
  ) { tile in
    guard let tile = tile.baseAddress else { return }
    let work = ScaledProduct(
      depth: left.columns, left: left.asLeftFactor, right: right.asRightFactor, slopes: slopes,
      errors: errors, stores: stores, tile: tile)
    forEachTile(rows: 0..<errors.rows, columns: 0..<paddedToLanes(errors.columns), work)
  }
  stores.finish()
}

private struct ScaledProduct: TileWork {
  let depth: Int
  let left: RowMajorFactor<Float>
  let right: RightFactor<Float>
  let slopes: Matrix
  let errors: Matrix
  let stores: StorePolicy
  /// Holds a tile's sums until they are multiplied with the slopes.
  let tile: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int,
    prefetchTarget: PrefetchTarget
  ) {
    runChains(
      shape, left, firstRow: firstRow, right, firstColumn: firstColumn, steps: 0..<depth,
      ends: TileEnds(result: (tile, vectors * laneCount)), prefetchTarget: prefetchTarget)
    scale(shape, firstRow: firstRow, firstColumn: firstColumn)
  }

  /// Multiplies a tile's sums with their slopes; a function of its own keeps the product's loop
  /// small.
  @inline(never)
  private func scale<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int
  ) {
    for vector in 0..<vectors {
      let column = firstColumn + vector * laneCount
      let isReal = lanesBelow(errors.columns - column)
      for row in 0..<rows {
        let sum = load(tile + (row * vectors + vector) * laneCount)
        let product = load(slopes.row(firstRow + row) + column) * sum
        stores.store(
          product.replacing(with: 0, where: .!isReal), errors.row(firstRow + row) + column)
      }
    }
  }
}

private func requireProduct(
  _ leftRows: Int, _ leftColumns: Int, _ rightRows: Int, _ rightColumns: Int, _ result: Matrix
) {
  precondition(
    leftColumns == rightRows && leftRows == result.rows && rightColumns == result.columns,
    "a product of \(leftRows) × \(leftColumns) and \(rightRows) × \(rightColumns) "
      + "does not give \(result.rows) × \(result.columns)")
}
