import ArgumentParser
import Files
import Foundation
import Lecture
import Training

// Where errors become words and exit statuses: those of sysexits.h.

/// A fault of the user's that only shows after parsing, such as options that do not go together.
struct UsageProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// An end that was asked for from outside, and said already.
struct Interrupted: Error {
  /// The signal that asked for it.
  let signal: Int32
}

/// Files that could not be written, each said already, after results that were printed.
struct Unwritten: Error {}

/// Files of several that could not be read, each said already; the others were answered.
struct Unread: Error {
  /// The problem with the first of them.
  let first: FileProblem
}

extension FileProblem {
  fileprivate var exitStatus: Int32 {
    switch kind {
    case .noInput: 66
    case .wrongData: 65
    case .inputOutput: 74
    }
  }
}

/// How the command ends with an error: what it says in one line and the status that it exits with.
struct Ending {
  let message: String
  let status: Int32

  /// The ending for an error; empty words for one that was said already.
  init(of error: any Error) {
    (message, status) =
      switch error {
      case let problem as FileProblem: (problem.description, problem.exitStatus)
      case let problem as UsageProblem: (problem.description, 64)
      case let problem as FormulaProblem: (problem.description, 64)
      case let problem as RankProblem: (problem.message, problem.status)
      case let failure as TrainingFailure: (failure.description, 1)
      case let failure as SearchFailure: (failure.description, 1)
      case let failure as ClaimsFailed:
        (
          failure.count == 1 ? "a claim does not hold" : "\(failure.count) claims do not hold", 1
        )
      case let interrupted as Interrupted: ("", 128 + interrupted.signal)
      case let unread as Unread: ("", unread.first.exitStatus)
      case is BitsDiffer: ("", 1)
      case is Unwritten: ("", 74)
      default:
        (RootCommand.message(for: error), RootCommand.exitCode(for: error).rawValue)
      }
  }
}

/// Ends the command with one line on standard error and the status that belongs to the error.
func end(reporting error: any Error) -> Never {
  let ending = Ending(of: error)
  switch error {
  case is FileProblem, is UsageProblem, is FormulaProblem, is RankProblem, is TrainingFailure,
    is SearchFailure, is ClaimsFailed:
    complain(ending.message)
  case is Interrupted, is Unread, is BitsDiffer, is Unwritten: break
  default:
    // The parser's words are more than a line, such as a usage.
    if RankGroup.speaks { RootCommand.exit(withError: error) }
  }
  Foundation.exit(ending.status)
}

/// Writes a line to standard error; of ranks that train together, the first one does.
func complain(_ message: String) {
  guard RankGroup.speaks else { return }
  let line = fitted("lockstep: \(visible(message))", to: Terminal.errors.lineLimit)
  writeToStandardError("\(line)\n")
}

/// Writes text to standard error as it is. Where that cannot be, as when the terminal has gone away,
/// the text is lost and the work goes on.
func writeToStandardError(_ text: String) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes { buffer in
      unsafe write(STDERR_FILENO, buffer.baseAddress, buffer.count)
    }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}
