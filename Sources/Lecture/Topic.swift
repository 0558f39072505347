/// One thing that the course teaches, as something to run, see, check and turn.
///
/// A topic is a value: its stored properties are what a student can turn. `init()` gives them the
/// values of the course, for which `demonstrate` claims everything that the lecture says; with other
/// values a claim follows from them or is left out in words.
public protocol Topic: Sendable {
  /// Its number in the course: `A2`.
  static var number: String { get }
  /// Its name as a command: `least-squares`.
  static var name: String { get }
  /// What it is about, in a few words.
  static var title: String { get }
  /// The idea, in a paragraph or two, and what runs: the trainer, a graph or a formula.
  static var explanation: String { get }
  /// What it says in a formula, as TeX without its dollars.
  static var formula: String { get }
  /// What to predict before looking.
  static var question: Question { get }
  /// What to try next, with the command.
  static var exercise: String { get }
  /// What to turn on the page of the course, where one sees most.
  static var slider: Slider? { get }

  /// Whether it shows a computation graph, which can be written for Graphviz.
  static var showsGraph: Bool { get }

  /// The topic as the course shows it.
  init()

  /// What is wrong with the parameters, in words; nil where `demonstrate` can be called.
  var validationError: String? { get }

  /// Computes what is shown.
  ///
  /// - Precondition: `validationError` is nil.
  /// - Throws: what reading the digits or training throws.
  func demonstrate(in classroom: Classroom) throws -> Demonstration
}

extension Topic {
  /// Most show numbers.
  public static var showsGraph: Bool { false }
  /// Most are one picture.
  public static var slider: Slider? { nil }
  /// Most take all that their types allow.
  public var validationError: String? { nil }
}

/// A question to think about before one looks, with the answer.
public struct Question: Equatable, Sendable {
  /// What will happen.
  public let text: String
  /// What happens, and why.
  public let answer: String

  package init(_ text: String, answer: String) {
    self.text = text
    self.answer = answer
  }
}

/// One parameter of a topic and the values to go through: a real run for each.
public struct Slider: Equatable, Sendable {
  /// What is turned, in the field's words and its symbol: `learning rate η`.
  public let title: String
  /// The topic's option: `--learning-rate`.
  public let option: String
  /// Its values, in order, as they are typed: of each comes a run.
  public let values: [String]

  package init(_ title: String, option: String, values: [String]) {
    self.title = title
    self.option = option
    self.values = values
  }
}
