/// Strokes as SVG writes them most briefly: each step from where the last one ended, in tenths.
struct SVGPath {
  /// What stands in the attribute `d`.
  private(set) var text = ""
  private var end = (x: 0, y: 0)
  /// The command that numbers without a letter belong to.
  private var command: Character = " "
  private var endsWithFraction = false

  /// Begins a stroke, in tenths of a unit.
  mutating func move(to x: Int, _ y: Int) {
    command = " "
    add("m", x - end.x, y - end.y)
    command = "l"
    end = (x, y)
  }

  /// Goes on to a place, in tenths of a unit.
  mutating func line(to x: Int, _ y: Int) {
    let step = (x: x - end.x, y: y - end.y)
    if step.y == 0 {
      add("h", step.x)
    } else if step.x == 0 {
      add("v", step.y)
    } else {
      add("l", step.x, step.y)
    }
    end = (x, y)
  }

  /// Leaves out the letter of the command before, and spaces where a sign or a second point divides
  /// two numbers.
  private mutating func add(_ letter: Character, _ tenths: Int...) {
    if letter != command { text.append(letter) }
    for (index, value) in tenths.enumerated() {
      let (whole, rest) = abs(value).quotientAndRemainder(dividingBy: 10)
      let startsWithPoint = value >= 0 && whole == 0 && rest > 0
      let isFirst = index == 0 && letter != command
      if !isFirst && value >= 0 && !(startsWithPoint && endsWithFraction) { text += " " }
      text += (value < 0 ? "-" : "") + (whole == 0 && rest > 0 ? "" : "\(whole)")
      text += rest == 0 ? "" : ".\(rest)"
      endsWithFraction = rest > 0
    }
    command = letter
  }
}
