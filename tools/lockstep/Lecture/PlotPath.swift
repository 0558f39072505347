import ArgumentParser
import Files
import Graphs
import Images
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

  /// Complains about a path that will not take the picture of a topic, before it is computed.
  func refuseUnfit(for topic: any Topic.Type) throws {
    guard kind != .dot || topic.showsGraph else {
      throw UsageProblem("\(topic.name) shows no graph; its plot is .svg or .png")
    }
    try checkWritable(path)
  }

  /// Writes the picture of a demonstration.
  func write(_ demonstration: Demonstration) throws {
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
        preconditionFailure("a topic that shows no graph is not asked for one")
      }
      bytes = Array(graph.dot.utf8)
    }
    try writeDurably(bytes, to: path)
  }
}
