import Graphs
import Images
import Pictures

/// Where the boxes of a graph's nodes stand: a column for each length of the longest way from an
/// input, in each column an order that keeps arrows short.
struct GraphLayout {
  /// A node as it is drawn, with the arrows to it.
  struct Shown {
    let node: Node
    let parents: [(node: Node, slope: [String])]
    /// Whether all nodes that it is computed from are drawn.
    var hasFormula = true
  }

  struct Box {
    /// Nil for a bend of a long arrow, which has a place in each column that it passes.
    let node: Node?
    /// The name; what computes it; the rows of the value; those of the error signal.
    var lines: [(text: String, color: RGB)]
    var width: Double
    /// Whether it sends its error signal to its parents at the moment.
    var isSending = false
    var x = 0.0
    /// The middle.
    var y = 0.0

    var height: Double {
      node == nil ? 4 : Double(lines.count) * GraphStyle.lineHeight + GraphStyle.padding
    }
    var area: DrawnArea {
      DrawnArea(left: x, top: y - height / 2, right: x + width, bottom: y + height / 2)
    }
  }

  /// From a node to one that is computed from it.
  struct Arrow {
    /// The boxes of parent, bends and child.
    let boxes: [Int]
    /// The local slope.
    let label: [String]
    /// Where it leaves and arrives, from the middles of both boxes.
    var leaves = 0.0
    var arrives = 0.0
    /// Whether error signals are sent along it at the moment.
    var isSending = false

    /// The box before the child's: the parent's or a bend.
    var lastStart: Int { boxes[boxes.count - 2] }
  }

  /// The nodes in order, then the bends.
  private(set) var boxes: [Box]
  private(set) var arrows: [Arrow] = []
  private(set) var width = 0.0
  private(set) var height = 0.0
  /// From column to neighbouring column.
  private var links: [(from: Int, to: Int)] = []
  private var columns: [[Int]] = []

  /// All nodes of a graph.
  init(_ graph: Graph) {
    self.init(
      graph.nodes.map { node in
        Shown(node: node, parents: zip(node.parents, node.slopeLabels).map { ($0, $1) })
      })
  }

  /// Some nodes of a graph of numbers. What lies between them is not drawn; the slope on an arrow is
  /// the derivative by way of it.
  init(_ graph: Graph, showing names: Set<String>) {
    self.init(
      graph.nodes.filter { names.contains($0.name) }.map { node in
        let slopes = node.slopesPast { !names.contains($0.name) }
        return Shown(
          node: node,
          parents: slopes.map { ($0.parent, RealMatrix($0.slope).lines(digits: 3)) },
          hasFormula: node.parents.allSatisfy { names.contains($0.name) })
      })
  }

  private init(_ shown: [Shown]) {
    boxes = shown.map { shown in
      let lines = shown.node.drawnLines(withFormula: shown.hasFormula)
      let widest = lines.map { Drawing.width(of: $0.text, size: GraphStyle.textSize) }.max() ?? 0
      return Box(node: shown.node, lines: lines, width: widest + 2 * GraphStyle.padding)
    }
    assignColumns(shown)
    placeColumns()
    spreadEnds()
  }

  /// A node stands behind its last parent; what has no parent just before its first child.
  private mutating func assignColumns(_ shown: [Shown]) {
    let places = Dictionary(
      uniqueKeysWithValues: shown.enumerated().map { ($1.node.index, $0) })
    let parents = shown.map { $0.parents.compactMap { places[$0.node.index] } }
    var depths = shown.map { _ in 0 }
    for index in shown.indices { depths[index] = parents[index].map { depths[$0] + 1 }.max() ?? 0 }
    for index in shown.indices where parents[index].isEmpty {
      let children = shown.indices.filter { parents[$0].contains(index) }
      depths[index] = max(0, (children.map { depths[$0] }.min() ?? 1) - 1)
    }
    columns = (0...(depths.max() ?? 0)).map { depth in
      shown.indices.filter { depths[$0] == depth }
    }
    for index in shown.indices {
      for (parent, label) in zip(parents[index], shown[index].parents.map(\.slope)) {
        var way = [parent]
        for depth in depths[parent] + 1..<max(depths[index], depths[parent] + 1) {
          boxes.append(Box(node: nil, lines: [], width: 0))
          columns[depth].append(boxes.count - 1)
          way.append(boxes.count - 1)
        }
        way.append(index)
        links += zip(way, way.dropFirst()).map { ($0, $1) }
        arrows.append(Arrow(boxes: way, label: label))
      }
    }
  }

  /// Orders each column by the mean height of its neighbours, and gives every box its place.
  private mutating func placeColumns() {
    for column in columns { stack(column) }
    for _ in 0..<6 {
      for position in columns.indices { order(position) { $0.to == $1 ? $0.from : nil } }
      for position in columns.indices.reversed() { order(position) { $0.from == $1 ? $0.to : nil } }
    }
    let top = boxes.map(\.area.top).min() ?? 0
    for index in boxes.indices { boxes[index].y += GraphStyle.margin - top }
    height = (boxes.map(\.area.bottom).max() ?? 0) + GraphStyle.margin

    var x = GraphStyle.margin
    for column in columns {
      let width = column.map { boxes[$0].width }.max() ?? 0
      for index in column {
        // A long arrow is level where it passes a column.
        if boxes[index].node == nil { boxes[index].width = width }
        boxes[index].x = x + (width - boxes[index].width) / 2
      }
      // The labels of the arrows that end in the next column; where many arrows cross, more room.
      let labels = arrows.filter { column.contains($0.lastStart) }.map(\.label)
      let widest = labels.joined().map { Drawing.width(of: $0, size: GraphStyle.slopeSize) }.max()
      x +=
        width + GraphStyle.columnGap + (widest.map { $0 + 12 } ?? 0)
        + min(90, 18 * Double(max(0, labels.count - 3)))
    }
    width = (boxes.map(\.area.right).max() ?? 0) + GraphStyle.margin
  }

  /// Orders a column by the heights of what its boxes are linked to on one side.
  private mutating func order(
    _ position: Int, by neighbour: ((from: Int, to: Int), _ box: Int) -> Int?
  ) {
    let wishes = columns[position].map { box in
      let heights = links.compactMap { neighbour($0, box) }.map { boxes[$0].y }
      let mean = heights.reduce(0, +) / Double(max(1, heights.count))
      return (box: box, height: heights.isEmpty ? boxes[box].y : mean)
    }
    columns[position] = wishes.sorted { $0.height < $1.height }.map(\.box)
    stack(columns[position])
  }

  /// Puts the boxes of a column below one another around height 0.
  private mutating func stack(_ column: [Int]) {
    let total =
      column.reduce(0) { $0 + boxes[$1].height } + GraphStyle.rowGap * Double(column.count - 1)
    var top = -total / 2
    for index in column {
      boxes[index].y = top + boxes[index].height / 2
      top += boxes[index].height + GraphStyle.rowGap
    }
  }

  /// Spreads the ends of arrows over the sides of their boxes, in the order of where they come from
  /// and go to.
  private mutating func spreadEnds() {
    for box in boxes.indices where boxes[box].node != nil {
      let height = boxes[box].height
      let arriving = arrows.indices.filter { arrows[$0].boxes.last == box }
        .sorted { boxes[arrows[$0].lastStart].y < boxes[arrows[$1].lastStart].y }
      for (rank, arrow) in arriving.enumerated() {
        arrows[arrow].arrives = Self.offset(rank, of: arriving.count, height)
      }
      let leaving = arrows.indices.filter { arrows[$0].boxes[0] == box }
        .sorted { boxes[arrows[$0].boxes[1]].y < boxes[arrows[$1].boxes[1]].y }
      for (rank, arrow) in leaving.enumerated() {
        arrows[arrow].leaves = Self.offset(rank, of: leaving.count, height)
      }
    }
  }

  private static func offset(_ rank: Int, of count: Int, _ height: Double) -> Double {
    (Double(2 * rank + 1) / Double(2 * count) - 0.5) * (height - 8)
  }
}

extension GraphLayout {
  /// Shows how far a backward pass has come: error signals as they are, a question mark where none
  /// has arrived, and whose turn it is.
  ///
  /// - Parameter walk: the pass that the graph's error signals are those of.
  mutating func show(_ walk: BackwardWalk) {
    for index in boxes.indices {
      guard let node = boxes[index].node else { continue }
      boxes[index].lines = node.drawnLines(withFormula: true)
      boxes[index].isSending = node.index == walk.sender
      if !walk.hasSignal(node) {
        let signals = node.errorSignal.lines(digits: 3).count
        boxes[index].lines.removeLast(signals)
        boxes[index].lines += Array(repeating: ("?", GraphStyle.faint), count: signals)
      }
    }
    for index in arrows.indices {
      arrows[index].isSending = boxes[arrows[index].boxes.last ?? 0].isSending
    }
  }
}

extension Node {
  /// ∂v/∂p for the nearest nodes p above a node v of numbers that are not hidden: the slopes along
  /// every way between, multiplied, and added over the ways.
  func slopesPast(_ isHidden: (Node) -> Bool) -> [(parent: Node, slope: Double)] {
    var found: [Int: Double] = [:]
    var order: [Int] = []
    var between = [index: 1.0]
    for node in graph.nodes[...index].reversed() {
      guard let derivative = between[node.index] else { continue }
      for (parent, slope) in zip(node.parents, node.slopes) {
        let share = derivative * (slope?.scalar ?? .nan)
        if isHidden(parent) {
          between[parent.index, default: 0] += share
        } else {
          if found[parent.index] == nil { order.append(parent.index) }
          found[parent.index, default: 0] += share
        }
      }
    }
    return order.sorted().map { (graph.nodes[$0], found[$0] ?? 0) }
  }

  /// What stands in its box: its name; what computes it, unless the name says so; the rows of its
  /// value, unless it is a number by name; those of its error signal.
  func drawnLines(withFormula: Bool) -> [(text: String, color: RGB)] {
    let isNumber = operation == "constant" && name == value.description
    let isNamedByFormula = parents.isEmpty || name == formula || !withFormula
    return [(name, isNumber ? GraphStyle.value : GraphStyle.ink)]
      + (isNamedByFormula ? [] : [("= \(formula)", GraphStyle.faint)])
      + (isNumber ? [] : value.lines(digits: 3).map { ($0, GraphStyle.value) })
      + errorSignal.lines(digits: 3).map { ($0, GraphStyle.signal) }
  }
}
