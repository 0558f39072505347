import Digits
import Foundation
import Images
import Lockstep
import NumberText

extension Comparison {
  /// The images of a test set that the page shows; of more, it says how many there are.
  static let mostImagesOnPage = 400

  /// The images on which networks disagree, with all answers.
  var imagesOfPage: String {
    let sets = testSets.filter { $0.runs.count > 1 }
    guard !sets.isEmpty else {
      return element("p", text: "No two networks were asked about the same test images.")
    }
    return sets.map(images).joined(separator: "\n")
  }

  private func images(of set: ComparedTestSet) -> String {
    let count = set.disagreements.count
    let shown = set.disagreements.prefix(Self.mostImagesOnPage)
    let more =
      count > shown.count ? " The first \(grouped(shown.count)) of them are shown." : ""
    let words =
      "\(grouped(count)) of the \(grouped(set.testSet.images.count)) test images of "
      + "\(set.testSet.name) are not named alike by \(set.runs.map { names[$0] }.joined(separator: ", "))."
      + "\(more) Numbers are places in the test set, from 0 on."
    let items = shown.map { image in
      element("li", content: picture(of: image, in: set.testSet) + answers(to: image, of: set))
    }
    return element("p", text: words)
      + element("ul", "class=\"differing\"", content: items.joined(separator: "\n"))
  }

  private func picture(
    of image: ComparedTestSet.Disagreement, in set: ComparedRun.TestSet
  ) -> String {
    let pixels = GrayImage(
      size: set.images.imageSize, pixels: Array(set.images.pixels(ofImage: image.image)))
    guard let bytes = try? pixels.pngBytes() else { return "" }
    let words = String(
      decoding: escaped("Test image \(image.image), class \(image.truth)"), as: UTF8.self)
    return "<img alt=\"\(words)\" width=\"\(pixels.width)\" height=\"\(pixels.height)\" "
      + "src=\"data:image/png;base64,\(Data(bytes).base64EncodedString())\">"
  }

  /// The true class, and each class that a network named, with the networks that did.
  private func answers(to image: ComparedTestSet.Disagreement, of set: ComparedTestSet) -> String {
    let named = Dictionary(grouping: zip(image.predictions, set.runs), by: \.0)
      .sorted { ($0.key == image.truth ? 0 : 1, $0.key) < ($1.key == image.truth ? 0 : 1, $1.key) }
    let head =
      element("span", "class=\"number\"", text: "\(image.image)") + " is "
      + element("b", text: image.truth)
    let lines = named.map { name, runs in
      let isRight = name == image.truth
      let words = " by " + runs.map { names[$0.1] }.joined(separator: ", ")
      return element(
        "div", "class=\"answer \(isRight ? "right" : "wrong")\"",
        content: (isRight ? "✓ " : "✗ ") + element("b", text: name)
          + String(decoding: escaped(words), as: UTF8.self))
    }
    return element("div", content: head) + lines.joined()
  }
}
