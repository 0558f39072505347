import ArgumentParser
import Files
import Graphs
import Lecture
import Pictures

/// A file for a picture, whose name says what kind it is.
struct PlotPath: ExpressibleByArgument {
  /// A kind of file, by the end of its name.
  enum Kind: String, CaseIterable {
    case svg, png, dot
  }

  let path: String
  let kind: Kind

  init?(argument: String) {
    guard
      let kind = Kind.allCases.first(where: { argument.lowercased().hasSuffix(".\($0.rawValue)") })
    else { return nil }
    path = argument
    self.kind = kind
  }

  /// Writes the picture of a demonstration.
  func write(_ demonstration: Demonstration, of topic: any Topic.Type) throws {
    let drawing =
      switch demonstration.illustration {
      case .figure(let figure): figure.drawing()
      case .drawing(let drawing): drawing
      }
    let bytes: [UInt8]
    switch kind {
    case .svg: bytes = Array(drawing.svg.utf8)
    case .png: bytes = try drawing.image().pngBytes()
    case .dot:
      guard let graph = demonstration.graph else {
        throw UsageProblem("\(topic.name) shows no graph; its plot is .svg or .png")
      }
      bytes = Array(graph.dot.utf8)
    }
    try writeDurably(bytes, to: path)
  }
}
