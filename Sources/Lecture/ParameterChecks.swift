// What is wrong with parameters that several topics have, in words.

/// Complains about a number of epochs.
func epochError(_ epochs: Int, limit: Int) -> String? {
  (1...limit).contains(epochs) ? nil : "a run takes 1 to \(limit) epochs, not \(epochs)"
}

/// Complains about a learning rate.
func learningRateError(_ rate: Double, limit: Double) -> String? {
  rate > 0 && rate <= limit
    ? nil : "the learning rate is above 0, up to \(significant(limit)), not \(significant(rate))"
}

/// Complains about λ of a penalty.
func weightDecayError(_ decay: Double, limit: Double) -> String? {
  (0...limit).contains(decay)
    ? nil : "weight decay is 0 to \(significant(limit)), not \(significant(decay))"
}
