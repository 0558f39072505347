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

  @Test func `a drawing in a drawing is moved, and nothing else`() {
    var inner = Drawing(width: 10, height: 5, title: "inner")
    let image = ColorImage(size: ImageSize(height: 1, width: 1), pixels: [RGB(gray: 3)])
    inner.add(.disc(Drawing.Place(1, 2), radius: 3, color: RGB(gray: 4)))
    inner.add(
      .line([Drawing.Place(0, 0), Drawing.Place(4, 5)], width: 2, color: RGB(gray: 5), dash: [1]))
    inner.add(.area([Drawing.Place(7, 1)], color: RGB(gray: 6)))
    inner.add(
      .text("x", Drawing.Place(1, 2), size: 9, color: RGB(gray: 0), anchor: .end, isUpward: true))
    inner.add(.image(image, topLeft: Drawing.Place(0, 1), bottomRight: Drawing.Place(2, 3)))
    var outer = Drawing(width: 100, height: 50, title: "outer")
    outer.add(inner, at: Drawing.Place(20, 30))
    #expect(
      outer.marks == [
        .disc(Drawing.Place(21, 32), radius: 3, color: RGB(gray: 4)),
        .line(
          [Drawing.Place(20, 30), Drawing.Place(24, 35)], width: 2, color: RGB(gray: 5), dash: [1]),
        .area([Drawing.Place(27, 31)], color: RGB(gray: 6)),
        .text(
          "x", Drawing.Place(21, 32), size: 9, color: RGB(gray: 0), anchor: .end, isUpward: true),
        .image(image, topLeft: Drawing.Place(20, 31), bottomRight: Drawing.Place(22, 33)),
      ])
    #expect(outer.title == "outer" && outer.width == 100)
  }
}
