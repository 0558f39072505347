import Digits
import Foundation

/// The package's folder.
package let packageRoot = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The folder of the data set that comes with the package.
package let embeddedDigitsPath = packageRoot.appendingPathComponent("datasets/mnist-5k").path

/// MNIST-5k, read once for all tests.
package func embeddedDigits() throws -> DigitDataset { try embedded.get() }

private let embedded = Result { try DigitDataset(contentsOf: embeddedDigitsPath, workers: 2) }

/// A folder that holds full MNIST in `mnist`, where the environment names one.
package let datasetsPath = ProcessInfo.processInfo.environment["LOCKSTEP_DATASETS"]
