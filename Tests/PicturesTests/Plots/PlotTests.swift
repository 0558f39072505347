import Pictures
import Testing

@Suite struct PlotTests {
  @Test func `cells that are not there are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = HeatMap("", values: [1, 2, 3], columns: 2, rows: 2, horizontal: 0...1, vertical: 0...1)
    }
    await #expect(processExitsWith: .failure) {
      _ = HeatMap("", values: [], columns: 0, rows: 0, horizontal: 0...1, vertical: 0...1)
    }
    await #expect(processExitsWith: .failure) {
      _ = HeatMap("", values: [1], columns: 1, rows: 1, horizontal: 0...0, vertical: 0...1)
    }
  }

  @Test func `a figure without plots is the caller's mistake`() async {
    await #expect(processExitsWith: .failure) { _ = Figure(title: "", plots: []) }
  }

  @Test func `a map that its axes cannot show is the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      let map = HeatMap("", values: [1], columns: 1, rows: 1, horizontal: 0...1, vertical: 0...1)
      _ = Plot(horizontal: Axis("x", range: 0.5...1), vertical: Axis("y"), heatMap: map).drawing()
    }
    await #expect(processExitsWith: .failure) {
      let map = HeatMap("", values: [1], columns: 1, rows: 1, horizontal: 1...2, vertical: 1...2)
      _ = Plot(horizontal: Axis("x", scale: .logarithmic), vertical: Axis("y"), heatMap: map)
        .drawing()
    }
  }

  @Test func `equal axes that are not linear are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = Plot(
        horizontal: Axis("x"), vertical: Axis("y", scale: .logarithmic), hasEqualAxes: true
      ).drawing()
    }
  }
}
