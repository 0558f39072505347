import CProcessor

/// Reduces a gradient over the samples in blocks of the matrix unit: the sums of each leaf, and
/// leaves in the tree of `Reduction`.
@usableFromInline struct BlockReduction<Sink: GradientSink> {
  @usableFromInline let product: BlockProduct
  @usableFromInline let samples: Int
  @usableFromInline let memory: TreeMemory
  @usableFromInline let sink: Sink

  @inlinable @inline(__always)
  init(product: BlockProduct, samples: Int, memory: TreeMemory, sink: Sink) {
    self.product = product
    self.samples = samples
    self.memory = memory
    self.sink = sink
  }

  @inlinable @inline(__always)
  func run(rows: Range<Int>, columns: Range<Int>) {
    product.forEachBlock(rows: rows, columns: columns) { rows, columns, ahead in
      sink.prefetch(rows: rows, columns: columns)
      reduce(rows: rows, columns: columns, ahead: ahead)
      forEachTile(
        rows: rows, columns: columns,
        ReducedBlock(
          sums: UnsafePointer(memory.slot(-1)), firstRow: rows.lowerBound,
          firstColumn: columns.lowerBound, width: columns.count, sink: sink))
    }
  }

  /// Leaves the sums of a block below the tree's first level, rows one after the other.
  @inlinable @inline(never)
  func reduce(rows: Range<Int>, columns: Range<Int>, ahead: Int?) {
    let leaves = leafCount(samples: samples)
    for leaf in 0..<leaves {
      let isLast = leaf == leaves - 1
      let sums = memory.slot(isLast ? -1 : (leaf + 1).trailingZeroBitCount)
      let first = leaf * leafSampleCount / 2
      let end = (min((leaf + 1) * leafSampleCount, samples) + 1) / 2
      product.run(
        rows: rows, columns: columns,
        steps: first / BlockProduct.pairsPerStep..<BlockProduct.steps(pairs: end),
        ends: TileEnds(result: (sums, columns.count)), ahead: ahead)
      memory.add(
        TreeMemory.groups(completedBy: leaf, isLast: isLast), to: sums,
        count: rows.count * columns.count)
    }
  }
}

/// A reduced block, whose tiles the sink takes.
@usableFromInline struct ReducedBlock<Sink: GradientSink>: TileWork {
  @usableFromInline let sums: UnsafePointer<Float>
  @usableFromInline let firstRow: Int
  @usableFromInline let firstColumn: Int
  /// The floats from one row of sums to the next: those of a tile.
  @usableFromInline let width: Int
  @usableFromInline let sink: Sink

  @inlinable @inline(__always)
  init(sums: UnsafePointer<Float>, firstRow: Int, firstColumn: Int, width: Int, sink: Sink) {
    self.sums = sums
    self.firstRow = firstRow
    self.firstColumn = firstColumn
    self.width = width
    self.sink = sink
  }

  @inlinable @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int,
    prefetchTarget: PrefetchTarget
  ) {
    sink.take(
      shape, sums + (firstRow - self.firstRow) * width + firstColumn - self.firstColumn,
      firstRow: firstRow, firstColumn: firstColumn)
  }
}
