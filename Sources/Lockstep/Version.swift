/// The version of the package, and of the files that it writes.
public let lockstepVersion = "0.1.0"
