extension SampleSet {
  /// The inputs of a sample, scaled.
  public func row(_ sample: Int) -> [Float] {
    switch inputs {
    case .bytes(let bytes, let scale): bytes[inputRange(sample)].map { Float($0) * scale }
    case .floats(let floats): Array(floats[inputRange(sample)])
    }
  }

  private func inputRange(_ sample: Int) -> Range<Int> {
    sample * inputWidth..<(sample + 1) * inputWidth
  }

  /// The classes of all samples; none where targets are no classes.
  public var labels: [UInt8] {
    if case .classes(let classes, _) = targets { classes } else { [] }
  }

  /// The target of a sample as the loss sees it, a class as a one among zeros.
  public func target(_ sample: Int) -> [Float] {
    switch targets {
    case .classes(let classes, let count): (0..<count).map { classes[sample] == $0 ? 1 : 0 }
    case .vectors(let values, let width): Array(values[sample * width..<(sample + 1) * width])
    }
  }

  /// The same inputs with other targets, whose classes have no names.
  public func replacingTargets(_ targets: Targets) -> SampleSet {
    SampleSet(
      inputs: inputs, inputWidth: inputWidth, targets: targets, count: count, imageSize: imageSize)
  }

  /// A part of the samples, spread evenly over the set.
  ///
  /// - Parameter count: how many; at most all.
  /// - Returns: a set of `count` samples.
  public func thinned(to count: Int) -> SampleSet {
    precondition(count <= self.count, "\(count) samples of \(self.count)")
    return selecting((0..<count).map { $0 * self.count / count })
  }

  /// Some of the samples, in any order.
  ///
  /// - Parameter samples: their indices.
  /// - Returns: a set of as many samples.
  package func selecting(_ samples: [Int]) -> SampleSet {
    let inputs: Inputs =
      switch self.inputs {
      case .bytes(let bytes, let scale):
        .bytes(samples.flatMap { bytes[inputRange($0)] }, scale: scale)
      case .floats(let floats): .floats(samples.flatMap { floats[inputRange($0)] })
      }
    let classCount = targetWidth
    return SampleSet(
      inputs: inputs, inputWidth: inputWidth,
      targets: hasClasses
        ? .classes(samples.map { labels[$0] }, count: classCount)
        : .vectors(samples.flatMap(target), width: classCount), count: samples.count,
      imageSize: imageSize, classNames: classNames)
  }
}
