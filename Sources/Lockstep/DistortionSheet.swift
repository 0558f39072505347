import Digits
import Images
import Pictures
import Training

extension DigitDataset {
  /// A training image and what distortions make of it in the first epochs of a training.
  ///
  /// - Parameters:
  ///   - image: the number of the image in the training set, from 0.
  ///   - augmentation: the strengths of the distortions.
  ///   - epochs: the number of epochs.
  ///   - seed: the seed of the training.
  ///   - zoom: the factor of enlargement; see `SheetLayout` for its choice.
  /// - Returns: the image, then one for each epoch, with their labels and the strengths.
  /// - Precondition: there is such an image, and the strengths are valid.
  public func distortionSheet(
    ofImage image: Int, _ augmentation: Augmentation, epochs: Int = 16, seed: UInt64,
    zoom: Int? = nil
  ) -> LabelledSheet {
    let original = train.image(image)
    let cells =
      [LabelledSheet.Cell(picture: .gray(original), label: "original")]
      + (0..<epochs).map { epoch in
        LabelledSheet.Cell(
          picture: .gray(
            augmentation.distorted(original, sample: image, epoch: epoch, seed: seed)),
          label: "epoch \(epoch + 1)")
      }
    let notes = augmentation.inWords.compactMap { name, value in
      value.map { SheetLegend.Note("\(name) \($0)") }
    }
    return LabelledSheet(
      cells, legend: SheetLegend(grayFrom: ("0", "255"), notes: notes),
      title: "Training image \(image), a \(classNames[Int(train.labels[image])])", columns: 6,
      zoom: zoom)
  }
}
