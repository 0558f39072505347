import CProcessor

// A panel is a block of neighbouring outputs of one or two rows whose sums fit in the registers:
// the tile of the products that skip zeros.

/// The widest panel of two rows whose sums fit in the registers, in vectors.
@inline(__always)
var widestPanel: Int { processor_has_wide_registers() ? 8 : 3 }

/// The width of a panel in vectors, as a type that a generic function is specialized for.
struct PanelWidth<let vectors: Int> {}

/// The work on one panel of columns.
protocol PanelWork {
  func run<let vectors: Int>(_ width: PanelWidth<vectors>, firstColumn: Int)
}

/// Covers columns with panels of widths as equal as possible.
@inline(__always)
func forEachEvenPanel(_ columns: Range<Int>, _ work: some PanelWork) {
  let vectors = columns.count / laneCount
  let panels = (vectors + widestPanel - 1) / widestPanel
  var column = columns.lowerBound
  for panel in 0..<panels {
    let width = (panel + 1) * vectors / panels - panel * vectors / panels
    runPanel(work, firstColumn: column, vectors: width)
    column += width * laneCount
  }
}

@inline(__always)
private func runPanel(_ work: some PanelWork, firstColumn: Int, vectors: Int) {
  // Without wide registers the wider panels do not occur, and their sums would not fit.
  guard processor_has_wide_registers() else {
    switch vectors {
    case 3: work.run(PanelWidth<3>(), firstColumn: firstColumn)
    case 2: work.run(PanelWidth<2>(), firstColumn: firstColumn)
    default: work.run(PanelWidth<1>(), firstColumn: firstColumn)
    }
    return
  }
  switch vectors {
  case 8: work.run(PanelWidth<8>(), firstColumn: firstColumn)
  case 7: work.run(PanelWidth<7>(), firstColumn: firstColumn)
  case 6: work.run(PanelWidth<6>(), firstColumn: firstColumn)
  case 5: work.run(PanelWidth<5>(), firstColumn: firstColumn)
  case 4: work.run(PanelWidth<4>(), firstColumn: firstColumn)
  case 3: work.run(PanelWidth<3>(), firstColumn: firstColumn)
  case 2: work.run(PanelWidth<2>(), firstColumn: firstColumn)
  default: work.run(PanelWidth<1>(), firstColumn: firstColumn)
  }
}
