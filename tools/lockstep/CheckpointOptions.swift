import ArgumentParser
import Lockstep

extension CheckpointInterval: ExpressibleByArgument {
  /// Steps as a number, times with a unit.
  public init?(argument: String) {
    if let steps = Int(argument) {
      guard steps > 0 else { return nil }
      self = .steps(steps)
      return
    }
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    guard let unit = argument.last.flatMap({ units[$0] }),
      let number = Double(argument.dropLast()), number >= 0
    else { return nil }
    // A number that no clock holds is never.
    self = .time(.seconds(min(number * unit, 1e9)))
  }

  /// The interval as it is given.
  public var defaultValueDescription: String {
    switch self {
    case .steps(let count): "\(count)"
    case .time(let time): "\(time.components.seconds)s"
    }
  }
}
