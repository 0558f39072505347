import Files
import Images

extension Preparation {
  /// A picture as the network sees it.
  ///
  /// - Throws: `wrongData` where the picture has to be made like MNIST's digits and does not show one.
  public func prepared(_ picture: GrayImage) throws(FileProblem) -> GrayImage {
    switch fitting {
    case .resized: return levelled(picture.size == size ? picture : picture.resized(to: size))
    case .digit:
      if picture.size == size {
        let levelled = levelled(picture)
        if levelled.isCentredDigit(in: size) { return levelled }
      }
      return try picture.normalizedAsDigit(in: size)
    }
  }

  /// A picture of a data set as the network sees it: as `prepared` makes it or, where it shows no
  /// digit, as it is. A set may have images that are blank.
  func preparedOfSet(_ picture: GrayImage) -> GrayImage {
    if let prepared = try? prepared(picture) { return prepared }
    return levelled(picture.size == size ? picture : picture.resized(to: size))
  }

  private func levelled(_ picture: GrayImage) -> GrayImage {
    keepsLevels
      ? picture
      : GrayImage(size: picture.size, pixels: levelled(picture.pixels), name: picture.name)
  }
}

extension DigitDataset {
  /// The data set at the levels that its training images need, with the preparation that a model
  /// keeps; see `Preparation`. A set like MNIST stays as it is, to the bit.
  ///
  /// Pictures are made like MNIST's digits later if nearly all of the training images are so, as
  /// the files have them; otherwise they are resized as a whole, as pictures of the set were.
  ///
  /// - Parameter workers: the maximum number of threads.
  /// - Returns: the data set with a `preparation`.
  public func prepared(workers: Int) -> DigitDataset {
    let levels = Preparation(of: train.images, size: train.imageSize, fitting: .resized)
    let sample = Preparation.sample(of: train.images, size: train.imageSize)
    let centred = sample.count { pixels in
      GrayImage(
        size: train.imageSize, pixels: levels.levelled(Array(pixels))
      ).isCentredDigit(in: train.imageSize)
    }
    let isOfDigits = !isResized && centred * 20 >= sample.count * 19
    return prepared(
      by: Preparation(
        size: train.imageSize, fitting: isOfDigits ? .digit : .resized,
        isDarkOnLight: levels.isDarkOnLight, background: levels.background, ink: levels.ink),
      workers: workers)
  }

  /// The data set with every image prepared as a model's were. Arrays of images, as of IDX files,
  /// are brought to the model's levels; pictures also to the model's form.
  ///
  /// - Parameters:
  ///   - preparation: the model's, for images of this size.
  ///   - workers: the maximum number of threads.
  /// - Returns: the data set with this `preparation`.
  public func prepared(by preparation: Preparation, workers: Int) -> DigitDataset {
    precondition(
      preparation.size == train.imageSize,
      "images of \(train.imageSize) for a preparation of \(preparation.size)")
    let formsPictures = isOfPictures && preparation.fitting == .digit
    var prepared = self
    if !preparation.keepsLevels || formsPictures {
      prepared.train = train.prepared(by: preparation, forms: formsPictures, workers: workers)
      prepared.test = test.prepared(by: preparation, forms: formsPictures, workers: workers)
    }
    prepared.preparation = preparation
    return prepared
  }
}

extension DigitDataset {
  /// The data set with other numbers for its classes.
  ///
  /// - Parameters:
  ///   - numbers: the new number of each class.
  ///   - names: the names of all classes by their new numbers.
  /// - Returns: the same images with these labels.
  package func renumbered(_ numbers: [UInt8], as names: [String]) -> DigitDataset {
    guard names != classNames else { return self }
    var renumbered = self
    renumbered.train = train.renumbered(numbers)
    renumbered.test = test.renumbered(numbers)
    renumbered.classNames = names
    return renumbered
  }
}

extension DigitSet {
  fileprivate func renumbered(_ numbers: [UInt8]) -> DigitSet {
    DigitSet(images: images, labels: labels.map { numbers[Int($0)] }, imageSize: imageSize)
  }

  fileprivate func prepared(by preparation: Preparation, forms: Bool, workers: Int) -> DigitSet {
    let images = makeRowsInParallel(count: count, length: pixelsPerImage, workers: workers) {
      let pixels = Array(pixels(ofImage: $0))
      return forms
        ? preparation.preparedOfSet(GrayImage(size: imageSize, pixels: pixels)).pixels
        : preparation.levelled(pixels)
    }
    return DigitSet(images: images, labels: labels, imageSize: imageSize)
  }
}
