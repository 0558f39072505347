import ArgumentParser
import Files
import Foundation
import Training

// Where errors become words and exit statuses: those of sysexits.h.

/// A fault of the user's that only shows after parsing, such as options that do not go together.
struct UsageProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// A run that was interrupted and has said so already.
struct Interrupted: Error {}

extension FileProblem {
  fileprivate var exitStatus: Int32 {
    switch kind {
    case .noInput: 66
    case .wrongData: 65
    case .inputOutput: 74
    }
  }
}

/// Ends the command with one line on standard error and the status that belongs to the error.
func end(reporting error: any Error) -> Never {
  switch error {
  case let problem as FileProblem:
    complain(problem.description)
    Foundation.exit(problem.exitStatus)
  case let problem as UsageProblem:
    complain(problem.description)
    Foundation.exit(64)
  case let failure as TrainingFailure:
    complain(failure.description)
    Foundation.exit(1)
  case let failure as ClaimsFailed:
    complain(failure.count == 1 ? "a claim does not hold" : "\(failure.count) claims do not hold")
    Foundation.exit(1)
  case is Interrupted:
    Foundation.exit(130)
  default:
    RootCommand.exit(withError: error)
  }
}

/// Writes a line to standard error.
func complain(_ message: String) {
  writeToStandardError("lockstep: \(message)\n")
}

/// Writes text to standard error as it is.
func writeToStandardError(_ text: String) {
  FileHandle.standardError.write(Data(text.utf8))
}
