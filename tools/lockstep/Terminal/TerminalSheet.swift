import Images
import Networks
import Pictures

/// Small pictures side by side in lines of text, each at half its size, with a title below.
struct TerminalSheet {
  private static let gap = 2
  private static let rows = 4

  private let width: Int
  private let picture: TerminalPicture

  /// A sheet for a terminal.
  init(_ terminal: Terminal = .output) {
    width = terminal.width
    picture = TerminalPicture(colors: terminal.colors)
  }

  /// The number of a model's images that fill some rows.
  func usualCount(of model: Model) -> Int {
    guard let size = model.imageSize else { return 0 }
    return Self.rows * columns(of: halved(size))
  }

  /// The lines of titled pictures.
  func lines(_ pictures: [(title: String, picture: Picture)]) -> [String] {
    guard let size = pictures.first.map({ halved($0.picture.size) }) else { return [] }
    let columns = columns(of: size)
    let gap = String(repeating: " ", count: Self.gap)
    return stride(from: 0, to: pictures.count, by: columns).flatMap { first in
      let row = pictures[first..<min(first + columns, pictures.count)]
      let drawn = row.map { picture.lines($0.picture.inColor(size)) }
      let titles = row.map { $0.title.prefix(size.width).description.rightPadded(to: size.width) }
      return drawn[0].indices.map { line in drawn.map { $0[line] }.joined(separator: gap) }
        + [titles.joined(separator: gap), ""]
    }
  }

  private func columns(of size: ImageSize) -> Int {
    max(1, (width + Self.gap) / (size.width + Self.gap))
  }

  private func halved(_ size: ImageSize) -> ImageSize {
    ImageSize(height: max(1, size.height / 2), width: max(1, size.width / 2))
  }
}

extension Picture {
  /// The picture at another size, in colors.
  fileprivate func inColor(_ size: ImageSize) -> ColorImage {
    switch self {
    case .gray(let image): return ColorImage(image.resized(to: size))
    case .color(let image):
      let channels = [\RGB.red, \.green, \.blue].map { channel in
        GrayImage(size: image.size, pixels: image.pixels.map { $0[keyPath: channel] })
          .resized(to: size).pixels
      }
      return ColorImage(
        size: size,
        pixels: (0..<size.pixelCount).map {
          RGB(red: channels[0][$0], green: channels[1][$0], blue: channels[2][$0])
        })
    }
  }
}
