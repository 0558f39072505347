import Images

/// Draws images in lines of text: two rows of pixels in a line, by half-blocks in color where the
/// terminal has colors, else by signs that are the denser the lighter the pixels are.
struct TerminalPicture {
  private let colors: Terminal.Colors

  init(colors: Terminal.Colors = Terminal.output.colors) {
    self.colors = colors
  }

  /// The lines of an image.
  ///
  /// - Parameter image: as many columns of pixels as characters fit in a line.
  /// - Returns: a line for two rows of pixels; the last one of an odd number stands alone.
  func lines(_ image: ColorImage) -> [String] {
    let (height, width) = (image.size.height, image.size.width)
    return stride(from: 0, to: height, by: 2).map { row in
      let upper = image.pixels[row * width..<(row + 1) * width]
      let lower = row + 1 < height ? image.pixels[(row + 1) * width..<(row + 2) * width] : upper
      return colors == .none ? signs(upper, lower) : halfBlocks(upper, lower)
    }
  }

  private func signs(_ upper: ArraySlice<RGB>, _ lower: ArraySlice<RGB>) -> String {
    let signs = Array(" .:-=+*#%@")
    return String(
      zip(upper, lower).map { upper, lower in
        let light = (upper.lightness + lower.lightness) / 2
        return signs[min(signs.count - 1, Int(light * Double(signs.count)))]
      })
  }

  private func halfBlocks(_ upper: ArraySlice<RGB>, _ lower: ArraySlice<RGB>) -> String {
    zip(upper, lower).map { upper, lower in
      "\u{1B}[38;\(code(upper));48;\(code(lower))m▀"
    }.joined() + "\u{1B}[0m"
  }

  private func code(_ color: RGB) -> String {
    guard colors == .of256 else { return "2;\(color.red);\(color.green);\(color.blue)" }
    if color.red == color.green, color.green == color.blue {
      // 24 grays between black and white, which are in the cube.
      let level = (Int(color.red) - 8 + 5) / 10
      return "5;\(color.red < 4 ? 16 : color.red > 243 ? 231 : 232 + max(0, level))"
    }
    func step(_ level: UInt8) -> Int { level < 48 ? 0 : level < 115 ? 1 : (Int(level) - 35) / 40 }
    return "5;\(16 + 36 * step(color.red) + 6 * step(color.green) + step(color.blue))"
  }
}

extension RGB {
  /// The lightness of a color, 0…1, by the weights of Rec. 709.
  fileprivate var lightness: Double {
    (0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)) / 255
  }
}

extension Image<RGB> {
  /// A gray image in gray colors.
  init(_ gray: GrayImage) {
    self.init(size: gray.size, pixels: gray.pixels.map { RGB(gray: $0) })
  }
}
