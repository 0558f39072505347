import NumberText
import Training

/// The printed table, one line per epoch: all columns, or in a narrow terminal those that matter most.
struct EpochTable {
  private enum Column: CaseIterable {
    case epoch, trainingLoss, trainingAccuracy, heldOutLoss, heldOutAccuracy, rate, speed, norm

    /// The order in which columns are chosen.
    static let byImportance: [Self] = [
      .epoch, .heldOutAccuracy, .trainingLoss, .norm, .heldOutLoss, .trainingAccuracy, .speed,
      .rate,
    ]
  }

  private let columns: [(kind: Column, title: String)]

  /// The table of a training.
  ///
  /// - Parameters:
  ///   - trainer: tells what there is to show.
  ///   - width: the most characters of a line.
  init(trainer: Trainer, width: Int = Terminal.output.lineLimit) {
    let heldOut = trainer.settings.validationCount > 0 ? "validation" : "test"
    let titles: [Column: String] = [
      .epoch: "epoch", .trainingLoss: "training loss", .trainingAccuracy: " accuracy",
      .heldOutLoss: "\(heldOut) loss", .heldOutAccuracy: " accuracy", .rate: "    rate",
      .speed: "  images/s", .norm: " gradient",
    ]
    var chosen: Set<Column> = []
    var room = width
    for column in Column.byImportance {
      if column == .norm && trainer.settings.gradientNormThreshold == nil { continue }
      let needed = (titles[column]?.count ?? 0) + 2
      // The last column needs no gap after it.
      if needed - 2 <= room { chosen.insert(column) }
      room -= needed
    }
    columns = Column.allCases.filter(chosen.contains).map { column in
      // Beside its loss, an accuracy needs no further name.
      let standsAlone = column == .heldOutAccuracy && !chosen.contains(.heldOutLoss)
      return (column, standsAlone ? "\(heldOut) acc." : titles[column] ?? "")
    }
  }

  /// The line above the first epoch's.
  var title: String { columns.map(\.title).joined(separator: "  ") }

  /// The line of an epoch.
  func line(_ report: EpochReport, imagesPerSecond: Double) -> String {
    columns.map { column, title in
      let text: String? =
        switch column {
        case .epoch: "\(report.epoch)"
        case .trainingLoss: fixed(report.training.loss, 4)
        case .trainingAccuracy: report.training.accuracy.map { percent($0) }
        case .heldOutLoss: report.heldOut.map { fixed($0.loss, 4) }
        case .heldOutAccuracy: report.heldOut?.accuracy.map { percent($0) }
        case .rate: fixed(report.learningRate, significantDigits: 3)
        case .speed: grouped(Int(imagesPerSecond))
        case .norm: report.gradientNorm.map { fixed($0, significantDigits: 3) }
        }
      return (text ?? "").leftPadded(to: title.count)
    }.joined(separator: "  ")
  }
}
