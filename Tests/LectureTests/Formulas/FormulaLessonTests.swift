import Foundation
import Graphs
import Lecture
import Testing

/// What is shown and claimed of a formula.
@Suite struct FormulaLessonTests {
  private func lesson(_ formula: String, at values: String, step: Int? = nil) throws -> Lesson {
    var topic = ComputationGraph()
    topic.step = step
    return Lesson(topic.demonstrate(try FormulaGraph(formula, values: [values])))
  }

  @Test(arguments: [
    ("-x^2", "x=3"), ("y + exp(x*y)", "x=0.5, y=-1"), ("x^y/2^x", "x=1.3, y=-2"),
    ("sin(x)", "x=1e6"), ("log(x)", "x=1e-9"),
    ("(logistic(w*x + b) - t)^2/2", "w=8,x=1.5,b=-4,t=1"),
    ("relu(x) - relu(-x)", "x=0.25"), ("1/x", "x=-1e-4"), ("tanh(sqrt(x))*softplus(x)", "x=2"),
    ("x - x", "x=7"), ("exp(20*x)", "x=1"), ("x*sin(y)", "x=1, y=0"),
  ])
  func `claims hold`(formula: String, values: String) throws {
    let lesson = try lesson(formula, at: values)
    #expect(lesson.claims.count == 2)
    for claim in lesson.claims { #expect(claim.holds, "\(claim.statement): \(claim.found)") }
    for row in try lesson.table("∂f/∂v").rows {
      let (signal, allowed) = (try #require(row[1].number), try #require(row[4].number))
      #expect(allowed <= 1e-3 * max(1, abs(signal)))
    }
  }

  @Test func `a bend of a rectifier is left out in words`() throws {
    let shown = ComputationGraph().demonstrate(
      try FormulaGraph("relu(x) + y^2", values: ["x=0, y=2"]))
    #expect(shown.holds)
    #expect(shown.leftOut.count == 1)
    #expect(shown.leftOut.first?.statement.hasSuffix("by x") == true)
    #expect(shown.claims.last?.statement.hasSuffix("by y") == true)
  }

  /// (x + 1) · x at 3: the product's turn, then the sum's.
  @Test func `error signals walk backward step by step`() throws {
    let signals = try (0...2).map { step in
      try lesson("(x + 1) * x", at: "x=3", step: step).node("x").errorSignal.scalar
    }
    #expect(signals == [0, 4, 7])
    let words = try (0...2).map { step in
      try lesson("(x + 1) * x", at: "x=3", step: step).drawing.words
    }
    #expect(words.map { $0.count { $0 == "?" } } == [3, 1, 0])
    #expect(
      words[1].contains("(x + 1) * x: values, error signals, local slopes, after step 1 of 2"))
    // The claims are those of the whole pass.
    #expect(try lesson("(x + 1) * x", at: "x=3", step: 1).claims.allSatisfy { $0.holds })
  }

  @Test func `every arrow has its row and its slope in the picture`() throws {
    let lesson = try lesson("exp(x*y) / y", at: "x=0.5, y=4")
    let table = try lesson.table("The backward pass")
    #expect(table.rows.count == 5)
    let slopes = try table.column("local slope")
    let words = lesson.drawing.words
    for slope in slopes {
      #expect(words.contains(RealMatrix(slope).lines(digits: 3)[0]), "\(slope)")
    }
    let (signals, products) = (try table.column("error signal"), try table.column("product"))
    #expect(zip(zip(signals, slopes), products).allSatisfy { $0.0 * $0.1 == $1 })
  }
}
