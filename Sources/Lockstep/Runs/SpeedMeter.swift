/// The speed of training, without evaluation.
struct SpeedMeter {
  private var samplesSeen: Int
  private(set) var images = 0
  private var time = Duration.zero

  /// Starts where an epoch has seen `samplesSeen` samples already.
  init(samplesSeen: Int) {
    self.samplesSeen = samplesSeen
  }

  /// Adds the work that brought the epoch to `samplesSeen` samples.
  mutating func add(_ samplesSeen: Int, during duration: Duration) {
    images += samplesSeen - self.samplesSeen
    self.samplesSeen = samplesSeen
    time += duration
  }

  var seconds: Double {
    Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
  }

  var imagesPerSecond: Double { images == 0 ? 0 : Double(images) / max(seconds, 1e-9) }
}
