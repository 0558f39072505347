import ArgumentParser
import Training

/// Distortions of the training images. Every option is optional, so that a resumed run can tell what was given.
struct AugmentationOptions: ParsableArguments {
  private typealias Usual = Augmentation.Usual

  @Option(
    help: ArgumentHelp(
      """
      Data augmentation: distort the training images at random, anew in every epoch. Kinds, with \
      commas between them: affine (rotation, scale, shear), shift, elastic. The next options set \
      strengths; each of them also turns on its distortion alone.
      """, valueName: "kinds"))
  var augment: DistortionKinds?

  @Option(
    help: ArgumentHelp(
      "Maximum angle of rotations in degrees (affine: \(Usual.rotation)).", valueName: "degrees"))
  var rotation: Double?

  @Option(
    help: ArgumentHelp(
      """
      Maximum change of height and width, as a share of 1, each drawn by itself (affine: \
      \(Usual.scale)).
      """, valueName: "share"))
  var scale: Double?

  @Option(
    help: ArgumentHelp(
      "Maximum angle of horizontal shears in degrees (affine: \(Usual.shear)).",
      valueName: "degrees"))
  var shear: Double?

  @Option(
    help: ArgumentHelp(
      "Maximum shift to each side in pixels (shift: \(Usual.shift)).", valueName: "pixels"))
  var shift: Double?

  @Option(
    help: ArgumentHelp(
      """
      Elastic distortion α: factor of the displacements, which are uniform in ±1 and smoothed by a \
      Gaussian (elastic: \(Usual.elasticAlpha)).
      """, valueName: "factor"))
  var elasticAlpha: Double?

  @Option(
    help: ArgumentHelp(
      "Elastic distortion σ: standard deviation of the Gaussian in pixels (elastic: \(Usual.elasticSigma)).",
      valueName: "pixels"))
  var elasticSigma: Double?

  /// Whether no option was given.
  var isEmpty: Bool {
    augment == nil
      && [rotation, scale, shear, shift, elasticAlpha, elasticSigma].allSatisfy { $0 == nil }
  }

  /// The distortions that the options name.
  ///
  /// - Parameter base: the distortions where no option names others.
  /// - Returns: both in one.
  func augmentation(base: Augmentation) -> Augmentation {
    let kinds = augment?.kinds ?? []
    func strength(
      _ given: Double?, of kind: DistortionKinds.Kind, usual: Double, base: Double
    ) -> Double {
      given ?? (kinds.contains(kind) ? usual : base)
    }
    // A σ alone asks for the distortion that it is of.
    let hasSigmaAlone = elasticSigma != nil && base.elasticAlpha == 0
    return Augmentation(
      rotation: strength(rotation, of: .affine, usual: Usual.rotation, base: base.rotation),
      scale: strength(scale, of: .affine, usual: Usual.scale, base: base.scale),
      shear: strength(shear, of: .affine, usual: Usual.shear, base: base.shear),
      shift: strength(shift, of: .shift, usual: Usual.shift, base: base.shift),
      elasticAlpha: strength(
        elasticAlpha, of: .elastic, usual: Usual.elasticAlpha,
        base: hasSigmaAlone ? Usual.elasticAlpha : base.elasticAlpha),
      elasticSigma: strength(
        elasticSigma, of: .elastic, usual: Usual.elasticSigma, base: base.elasticSigma))
  }
}

/// Kinds of distortions: `affine,elastic`.
struct DistortionKinds: ExpressibleByArgument {
  enum Kind: String {
    case affine, elastic, shift
  }

  let kinds: Set<Kind>

  /// Reads names, each once, in any order.
  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    let kinds = Set(names.compactMap { Kind(rawValue: String($0)) })
    guard kinds.count == names.count else { return nil }
    self.kinds = kinds
  }
}
