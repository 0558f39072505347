import Images
import Pictures
import Testing

@Suite struct DrawingTests {
  @Test func `marks keep the order in which they are added`() {
    var drawing = Drawing(width: 10, height: 5, title: "two marks")
    #expect(drawing.marks.isEmpty)
    let marks: [Drawing.Mark] = [
      .disc(Drawing.Place(1, 2), radius: 3, color: RGB(gray: 4)),
      .text("x", Drawing.Place(1, 2), size: 9, color: RGB(gray: 0)),
    ]
    for mark in marks { drawing.add(mark) }
    #expect(drawing.marks == marks)
  }

  @Test func `a drawing without a size is the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = Drawing(width: 0, height: 5, title: "")
    }
    await #expect(processExitsWith: .failure) {
      _ = Drawing(width: 5, height: .infinity, title: "")
    }
  }

  @Test func `a mark without a place is the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      var drawing = Drawing(width: 5, height: 5, title: "")
      drawing.add(.area([Drawing.Place(0, .nan)], color: RGB(gray: 0)))
    }
    await #expect(processExitsWith: .failure) {
      var drawing = Drawing(width: 5, height: 5, title: "")
      drawing.add(.disc(Drawing.Place(0, 0), radius: .infinity, color: RGB(gray: 0)))
    }
  }
}
