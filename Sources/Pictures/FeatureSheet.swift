import Images
import NumberText

/// What is known of the units of a layer beside their weights, for the captions of a sheet.
public struct UnitFacts: Sendable {
  /// The names of the units; their indices stand for missing ones.
  public var names: [String]
  /// The names of the classes, for the votes; their numbers stand for missing ones.
  public var classNames: [String]
  /// The units that are 0 for all images that were looked at.
  public var dead: Set<Int>
  /// How many images that were, in words, such as `all 4,000 training images`; nil where none were.
  public var images: String?
  /// The images that excite a unit most, by unit; at most nine each. A unit that is missing has none.
  public var examples: [Int: [GrayImage]]

  /// What is known; by default nothing.
  public init(
    names: [String] = [], classNames: [String] = [], dead: Set<Int> = [], images: String? = nil,
    examples: [Int: [GrayImage]] = [:]
  ) {
    self.names = names
    self.classNames = classNames
    self.dead = dead
    self.images = images
    self.examples = examples
  }

  /// What a unit is called.
  public func name(ofUnit unit: Int) -> String {
    names.indices ~= unit ? names[unit] : "\(unit)"
  }
}

extension FeaturePictures {
  /// The units that a sheet shows, in its order.
  ///
  /// - Parameters:
  ///   - order: which unit comes first.
  ///   - count: the most units, ≥ 1.
  /// - Returns: their indices.
  public func shownUnits(order: Order, atMost count: Int) -> [Int] {
    precondition(count >= 1, "a contact sheet shows at least one unit")
    return Array(indices(in: order).prefix(count))
  }

  /// Many units in one image, each with its number, and a legend with the scale. Dead and empty units
  /// are crossed out and counted.
  ///
  /// - Parameters:
  ///   - shown: the units in the order of the sheet, at least one.
  ///   - order: the words for this order in the legend; nil for a choice of units.
  ///   - facts: what is known of the units beside their weights.
  ///   - showsVotes: whether the captions name the classes that a unit speaks for and against.
  ///   - zoom: the factor of enlargement; a multiple of 3 where there are examples.
  /// - Returns: the sheet, which is not painted yet, so that its size can be judged.
  public func labelledSheet(
    of shown: [Int], order: Order? = .norm, facts: UnitFacts = UnitFacts(),
    showsVotes: Bool = false, zoom: Int? = nil
  ) -> LabelledSheet {
    let empty = Set(emptyUnits)
    let cells = shown.map { unit in
      LabelledSheet.Cell(
        picture: picture(ofUnit: unit), label: facts.name(ofUnit: unit),
        votes: showsVotes ? votes(ofUnit: unit)?.words(facts.classNames) ?? [] : [],
        mark: facts.mark(ofUnit: unit, empty: empty), examples: facts.examples[unit] ?? [])
    }
    var notes = notes(on: shown, order: order, facts: facts, showsVotes: showsVotes)
    let shownLimits = shown.map { limits[$0] }
    let (low, high) = (shownLimits.min() ?? 0, shownLimits.max() ?? 0)
    if low < high {
      notes.append(.init("each unit on its own scale, limits \(words(low)) to \(words(high))"))
    }
    let legend = SheetLegend(palette, limit: low < high ? "limit" : words(high), notes: notes)
    return LabelledSheet(cells, legend: legend, zoom: zoom)
  }

  /// What a legend says of the units of a sheet.
  ///
  /// - Parameters:
  ///   - shown: the units of the sheet.
  ///   - order: their order; nil for a choice of units.
  ///   - facts: what is known of the units beside their weights.
  ///   - showsVotes: whether the captions name classes.
  /// - Returns: their number and order, the marks, what the captions say.
  package func notes(
    on shown: [Int], order: Order?, facts: UnitFacts, showsVotes: Bool
  ) -> [SheetLegend.Note] {
    let count =
      shown.count == units
      ? grouped(units) : "\(grouped(shown.count)) of \(grouped(units))"
    let kind = facts.names.isEmpty ? "unit" : "output unit"
    let orderInWords = order.map { ", \($0.words)" } ?? ""
    var notes = [SheetLegend.Note("\(count) \(kind)\(units == 1 ? "" : "s")\(orderInWords)")]
    let empty = Set(emptyUnits)
    let marks = shown.compactMap { facts.mark(ofUnit: $0, empty: empty) }
    let dead = marks.count { $0 == .dead }
    if let images = facts.images, dead > 0 {
      notes.append(SheetLegend.Note("\(grouped(dead)) dead: 0 for \(images)", mark: .dead))
    }
    if marks.count > dead {
      notes.append(
        SheetLegend.Note(
          "\(grouped(marks.count - dead)) empty: norm below 1 % of the largest", mark: .empty))
    }
    if showsVotes, !outgoing.isEmpty {
      notes.append(SheetLegend.Note("+ − classes of the largest and smallest outgoing weight"))
    }
    if !facts.examples.isEmpty {
      notes.append(SheetLegend.Note("beneath: the training images that excite the unit most"))
    }
    return notes
  }
}

extension UnitFacts {
  /// What a unit is crossed out for; nil for one that is alive.
  ///
  /// - Parameters:
  ///   - unit: its index in the layer.
  ///   - empty: the units without weights.
  /// - Returns: `dead` before `empty`.
  package func mark(ofUnit unit: Int, empty: Set<Int>) -> LabelledSheet.Mark? {
    dead.contains(unit) ? .dead : empty.contains(unit) ? .empty : nil
  }
}

extension FeaturePictures.Order {
  /// The order in words.
  fileprivate var words: String {
    switch self {
    case .norm: "largest norm first"
    case .index: "in the layer's order"
    case .servedClass: "by the class they serve"
    case .similarity: "neighbours alike"
    }
  }
}

/// A limit with two significant digits.
func words(_ limit: Float) -> String { fixed(Double(limit), significantDigits: 2) }
