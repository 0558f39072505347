import Files
import Images

extension GrayImage {
  /// Whether the picture shows dark ink on light paper, as scans do and MNIST does not.
  ///
  /// Where nearly all contrast lies to one side of the border's median, that side is ink. Otherwise,
  /// as under uneven light, ink is the side to which pixels stand out from their neighbourhood.
  public var isDarkOnLight: Bool { InkPolarity(of: self).isDarkOnLight }

  /// The digit in the picture as MNIST would show it: light on dark, with its longer side 20 pixels
  /// of 28, and its centre of mass in the middle.
  ///
  /// The picture may be a photograph or a scan of one handwritten digit. Uneven light is taken off as
  /// a local estimate of the paper. Grain, ruled lines, frames, edges and dust are dropped; parts of
  /// a digit that is not in one piece stay together. The box around the rest is scaled, keeping its
  /// proportions; strokes that would be thinner than MNIST's are thickened first. Then the strongest
  /// ink becomes 255. Last the digit is placed by whole pixels with its centre of mass on pixel 14 of
  /// 0 … 27, where MNIST's own digits have it; a lopsided one stays inside the picture although it
  /// then is not quite there.
  ///
  /// A digit of MNIST comes out nearly, not exactly, as it was: take a picture that
  /// `isCentredDigit(in:)` as it is.
  ///
  /// - Parameter frame: the size of the result; the digit gets 20/28 of its rows and columns.
  /// - Throws: `wrongData` where the picture does not show one digit: a blank page, ink that is too
  ///   faint, only specks, or several digits.
  /// - Returns: a picture of that size, light on dark.
  ///
  /// Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
  /// recognition", Proc. IEEE 86 (1998), section III.A. The pixel of the centre of mass is not
  /// in it; it is the one that gives MNIST's images back.
  public func normalizedAsDigit(
    in frame: ImageSize = ImageSize(height: 28, width: 28)
  ) throws(FileProblem) -> GrayImage {
    let picture = reducedForAnalysis()
    var residual = InkResidual(of: picture.isDarkOnLight ? picture : picture.inverted)
    residual.removeRulings()
    let contrast = residual.strongest / residual.unit
    let leastContrast = leastContrast(of: picture.size)
    guard contrast >= leastContrast, residual.strongest >= residual.leastStrength else {
      throw FileProblem(
        .wrongData, file: name,
        expected: "a digit with a contrast of at least \(leastContrast) of 255",
        found: "a picture of \(size) with a contrast of \(contrast)"
          + (contrast >= leastContrast ? ", no more than the noise of the paper" : ""),
        hint: "the page is blank or the ink too faint")
    }
    do throws(NotOneDigit) {
      let ink = residual.image(of: try DigitParts(of: residual).kept)
      let digit = ink.cropped(to: ink.boundingBox).stretched().thickened()
      let scaled = digit.resized(to: digit.size.fitted(into: digitBox(of: frame)))
      guard scaled.pixels.contains(where: { $0 > 0 }) else { throw NotOneDigit.specks }
      return scaled.stretched().placedByCentreOfMass(in: frame)
    } catch {
      throw error.problem(with: self, frame: frame)
    }
  }
}

/// The least difference between paper and ink: a yellow pen on white paper has 30. In a small picture
/// grain that is cut off at white reaches as far.
private func leastContrast(of size: ImageSize) -> Int {
  max(size.height, size.width) <= 64 ? 32 : 16
}

extension NotOneDigit {
  fileprivate func problem(with picture: GrayImage, frame: ImageSize) -> FileProblem {
    switch self {
    case .specks:
      FileProblem(
        .wrongData, file: picture.name, expected: "strokes that are seen at \(frame)",
        found: "specks in a picture of \(picture.size)",
        hint: "use a thicker pen or a smaller picture")
    case .edge:
      FileProblem(
        .wrongData, file: picture.name, expected: "a digit with paper around it",
        found: "only shade or faint ink along the edge of a picture of \(picture.size)",
        hint: "the page is blank or the digit cut off")
    case .several(let count):
      FileProblem(
        .wrongData, file: picture.name, expected: "one digit",
        found: "\(count) separate shapes of a digit's size",
        hint: "cut the picture into one per digit")
    }
  }
}
