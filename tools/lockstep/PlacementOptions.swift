import ArgumentParser
import Workers

/// The choice of the processors that workers run on.
struct PlacementOptions: ParsableArguments {
  @Flag(
    name: .customLong("no-pin"),
    help: "Leave it to the system which processors run the workers, also at their start.")
  var leavesThreadsToSystem = false

  var placement: ThreadPlacement { leavesThreadsToSystem ? .bySystem : .apart }
}
