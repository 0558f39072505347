/// One thing that the course teaches, as something to run, see and check.
public protocol Topic: Sendable {
  /// Its number in the course: `A2`.
  static var number: String { get }
  /// Its name as a command: `least-squares`.
  static var name: String { get }
  /// What it is about, in a few words.
  static var title: String { get }
  /// The idea, in a paragraph or two.
  static var explanation: String { get }

  /// Whether it shows a computation graph, which can be written for Graphviz.
  static var showsGraph: Bool { get }

  /// Computes what is shown.
  ///
  /// - Throws: what reading the digits or training throws.
  static func demonstrate(in classroom: Classroom) throws -> Demonstration
}

extension Topic {
  /// Most show numbers.
  public static var showsGraph: Bool { false }
}
