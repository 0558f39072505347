import Digits
import Kernels

extension DigitDataset {
  /// Drawn digits, always the same ones: their random words are a stream of their own.
  static func drawn(train: Int, workers: Int) -> DigitDataset {
    let random = Philox(seed: 1, purpose: .demonstration, epoch: 0x7_5E6)
    return .synthetic(train: train, test: 1, workers: workers) { random.block($0) }
  }
}
