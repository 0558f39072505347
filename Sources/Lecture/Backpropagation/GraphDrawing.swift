import Graphs
import Images
import Pictures

// A computation graph as boxes and arrows, from the inputs on the left to the loss on the right.

extension Graph {
  /// The graph as a picture: each node's name, what computes it, its value and its error signal.
  func drawing(title: String) -> Drawing { GraphLayout(self).drawing(title: title) }
}

/// Where the boxes of a graph's nodes stand: a column for each length of the longest way from an
/// input, in each column an order that keeps arrows short.
private struct GraphLayout {
  private static let textSize = 13.0
  private static let lineHeight = 18.0
  private static let padding = 10.0
  private static let columnGap = 44.0
  private static let rowGap = 18.0
  private static let margin = 24.0
  private static let titleHeight = 56.0
  private static let ink = RGB(gray: 40)
  private static let faint = RGB(gray: 96)
  private static let valueColor = RGB(red: 0, green: 90, blue: 150)
  private static let signalColor = RGB(red: 176, green: 70, blue: 0)
  private static let line = RGB(gray: 120)

  private struct Box {
    /// Nil for a bend of a long arrow, which has a place in each column that it passes.
    let node: Node?
    /// The name; what computes it; the rows of the value; those of the error signal.
    let lines: [(text: String, color: RGB)]
    var width: Double
    var x = 0.0
    /// The middle.
    var y = 0.0

    var height: Double { Double(lines.count) * lineHeight + padding }
  }

  /// The nodes in order, then the bends.
  private var boxes: [Box]
  /// From column to neighbouring column.
  private var links: [(from: Int, to: Int)] = []
  private var columns: [[Int]] = []

  init(_ graph: Graph) {
    boxes = graph.nodes.map { node in
      let isNamedByFormula = node.parents.isEmpty || node.name == node.formula
      let lines =
        [(node.name, Self.ink)] + (isNamedByFormula ? [] : [("= \(node.formula)", Self.faint)])
        + node.value.lines(digits: 3).map { ($0, Self.valueColor) }
        + node.errorSignal.lines(digits: 3).map { ($0, Self.signalColor) }
      let widest = lines.map { Drawing.width(of: $0.0, size: Self.textSize) }.max() ?? 0
      return Box(node: node, lines: lines, width: widest + 2 * Self.padding)
    }
    assignColumns(graph.nodes)
    placeColumns()
  }

  /// A node stands behind its last parent; an input just before its first child.
  private mutating func assignColumns(_ nodes: [Node]) {
    var depths = nodes.map { _ in 0 }
    for node in nodes {
      depths[node.index] = node.parents.map { depths[$0.index] + 1 }.max() ?? 0
    }
    for node in nodes where node.parents.isEmpty {
      let children = nodes.filter { $0.parents.contains { $0.index == node.index } }
      depths[node.index] = max(0, (children.map { depths[$0.index] }.min() ?? 1) - 1)
    }
    columns = (0...(depths.max() ?? 0)).map { depth in
      nodes.indices.filter { depths[$0] == depth }
    }
    for node in nodes {
      for parent in node.parents {
        var last = parent.index
        for depth in depths[parent.index] + 1..<max(depths[node.index], depths[parent.index] + 1) {
          boxes.append(Box(node: nil, lines: [], width: 0))
          columns[depth].append(boxes.count - 1)
          links.append((last, boxes.count - 1))
          last = boxes.count - 1
        }
        links.append((last, node.index))
      }
    }
  }

  /// Orders each column by the mean height of its neighbours, and gives every box its place.
  private mutating func placeColumns() {
    var x = Self.margin
    for column in columns {
      let width = column.map { boxes[$0].width }.max() ?? 0
      for index in column {
        // A long arrow is level where it passes a column.
        if boxes[index].node == nil { boxes[index].width = width }
        boxes[index].x = x + (width - boxes[index].width) / 2
      }
      x += width + Self.columnGap
    }
    for column in columns { stack(column) }
    for _ in 0..<6 {
      for position in columns.indices { order(position) { $0.to == $1 ? $0.from : nil } }
      for position in columns.indices.reversed() { order(position) { $0.from == $1 ? $0.to : nil } }
    }
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
      column.reduce(0) { $0 + boxes[$1].height } + Self.rowGap * Double(column.count - 1)
    var top = -total / 2
    for index in column {
      boxes[index].y = top + boxes[index].height / 2
      top += boxes[index].height + Self.rowGap
    }
  }

  // MARK: - Drawing

  func drawing(title: String) -> Drawing {
    let top = boxes.map { $0.y - $0.height / 2 }.min() ?? 0
    let bottom = boxes.map { $0.y + $0.height / 2 }.max() ?? 0
    let right = boxes.map { $0.x + $0.width }.max() ?? 0
    let offset = Self.margin + Self.titleHeight - top
    let titleWidth = Drawing.width(of: title, size: 16) + 2 * Self.margin
    var drawing = Drawing(
      width: max(right + Self.margin, titleWidth), height: bottom + offset + Self.margin,
      title: title)
    drawing.add(
      .text(
        title, Drawing.Place(drawing.width / 2, Self.margin + 12), size: 16, color: Self.ink,
        anchor: .middle))
    let legend = [("value", Self.valueColor), ("error signal", Self.signalColor)]
    for (index, (words, color)) in legend.enumerated() {
      drawing.add(
        .text(
          words, Drawing.Place(drawing.width / 2 + (index == 0 ? -8 : 8), Self.margin + 34),
          size: Self.textSize, color: color, anchor: index == 0 ? .end : .start))
    }
    for link in links { draw(from: boxes[link.from], to: boxes[link.to], offset, &drawing) }
    for box in boxes where box.node == nil {
      let (left, y) = (box.x, box.y + offset)
      drawing.add(
        .line(
          [Drawing.Place(left, y), Drawing.Place(left + box.width, y)], width: 1.4,
          color: Self.line))
    }
    for box in boxes where box.node != nil { draw(box, offset, &drawing) }
    return drawing
  }

  private func draw(_ box: Box, _ offset: Double, _ drawing: inout Drawing) {
    let (left, top) = (box.x, box.y + offset - box.height / 2)
    let corners = [
      Drawing.Place(left, top), Drawing.Place(left + box.width, top),
      Drawing.Place(left + box.width, top + box.height), Drawing.Place(left, top + box.height),
    ]
    let isInput = box.node?.parents.isEmpty ?? false
    drawing.add(.area(corners, color: isInput ? RGB(gray: 240) : RGB(gray: 255)))
    drawing.add(.line(corners + [corners[0]], width: 1.2, color: Self.line))
    for (index, line) in box.lines.enumerated() {
      drawing.add(
        .text(
          line.text,
          Drawing.Place(left + Self.padding, top + Double(index + 1) * Self.lineHeight),
          size: Self.textSize, color: line.color))
    }
  }

  /// An arrow from the right side of a box to the left side of another, without its head at a bend.
  private func draw(from start: Box, to end: Box, _ offset: Double, _ drawing: inout Drawing) {
    let from = Drawing.Place(start.x + start.width, start.y + offset)
    let to = Drawing.Place(end.x, end.y + offset)
    let reach = (to.x - from.x) / 2
    let end = end.node == nil ? to.x : to.x - 6
    let curve = (0...24).map { step in
      // A cubic Bézier curve that leaves and arrives level.
      let t = Double(step) / 24
      let (a, b) = ((1 - t) * (1 - t) * (1 - t), 3 * t * (1 - t) * (1 - t))
      let (c, d) = (3 * t * t * (1 - t), t * t * t)
      return Drawing.Place(
        a * from.x + b * (from.x + reach) + c * (end - reach) + d * end,
        (a + b) * from.y + (c + d) * to.y)
    }
    drawing.add(.line(curve, width: 1.4, color: Self.line))
    guard end != to.x else { return }
    drawing.add(
      .area(
        [to, Drawing.Place(to.x - 9, to.y - 4), Drawing.Place(to.x - 9, to.y + 4)],
        color: Self.line))
  }
}
