import Digits
import Lockstep
import Networks
import Training

/// A network's answers to the images of a test set.
struct Verdicts {
  let model: Model
  let digits: DigitSet
  /// [samples × classes]; of networks with squared error the bare outputs.
  let probabilities: [[Float]]
  /// The class that the network names for each image.
  let predictions: [Int]

  init(of model: Model, on digits: DigitSet) {
    self.model = model
    self.digits = digits
    probabilities = model.probabilities(for: model.samples(of: digits))
    predictions = probabilities.map { shares in
      shares.indices.max { shares[$0] < shares[$1] } ?? 0
    }
  }

  /// The numbers of the images that the network names right, in ascending order, or wrong.
  func images(namedRight isRight: Bool) -> [Int] {
    predictions.indices.filter { (predictions[$0] == Int(digits.labels[$0])) == isRight }
  }

  /// The images that the network names wrong, those first whose true class it gives the least.
  var worst: [Int] {
    func share(_ image: Int) -> Float { probabilities[image][Int(digits.labels[image])] }
    return images(namedRight: false).sorted { (share($0), $0) < (share($1), $1) }
  }
}
