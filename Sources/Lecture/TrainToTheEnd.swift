import Training

extension Trainer {
  /// Trains until nothing is left to do.
  ///
  /// - Returns: the reports of all epochs.
  @discardableResult
  package func trainToTheEnd() throws -> [EpochReport] {
    while try next() != nil {}
    return reports
  }
}
