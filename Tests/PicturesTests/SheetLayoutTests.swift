import Images
import Pictures
import Testing

@Suite struct SheetLayoutTests {
  @Test(arguments: [
    (1, 1, 1), (2, 2, 1), (7, 4, 2), (10, 5, 2), (13, 5, 3), (64, 8, 8), (100, 10, 10),
    (127, 16, 8), (128, 16, 8), (256, 16, 16), (300, 20, 15), (512, 32, 16), (800, 32, 25),
    (1024, 32, 32),
  ])
  func `the grid is nearly square or landscape, and well filled`(
    count: Int, columns: Int, rows: Int
  ) {
    let layout = SheetLayout(count: count, pictureSize: ImageSize(height: 28, width: 28))
    #expect(layout.columns == columns)
    #expect(layout.rows == rows)
  }

  @Test func `every count fits and no row is empty`() {
    for count in 1...1200 {
      let layout = SheetLayout(count: count, pictureSize: ImageSize(height: 28, width: 28))
      #expect(layout.columns * layout.rows >= count)
      #expect(layout.columns * (layout.rows - 1) < count)
      #expect(layout.rows <= layout.columns)
      #expect(Double(layout.columns) <= 2.5 * Double(layout.rows))
    }
  }

  @Test func `the grid makes up for pictures that are not square`() {
    // Six columns of pictures twice as wide as high would be three times as wide as high.
    let wide = SheetLayout(count: 24, pictureSize: ImageSize(height: 10, width: 20))
    #expect((wide.columns, wide.rows) == (4, 6))
    let ribbon = SheetLayout(count: 16, pictureSize: ImageSize(height: 1, width: 784))
    #expect((ribbon.columns, ribbon.rows) == (1, 16))
    let pole = SheetLayout(count: 16, pictureSize: ImageSize(height: 784, width: 1))
    #expect((pole.columns, pole.rows) == (16, 1))
  }

  @Test(arguments: [
    (1, 9, 288), (2, 9, 549), (7, 8, 952), (10, 6, 888), (128, 2, 934), (512, 1, 966),
    (1024, 1, 966),
  ])
  func `the zoom fills a screen, but not more`(count: Int, zoom: Int, width: Int) {
    let layout = SheetLayout(count: count, pictureSize: ImageSize(height: 28, width: 28))
    #expect(layout.zoom == zoom)
    #expect(layout.width == width)
    #expect(layout.width <= SheetLayout.comfortableWidth)
  }

  @Test func `pictures too large for the screen are not enlarged`() {
    let layout = SheetLayout(count: 4, pictureSize: ImageSize(height: 1500, width: 2000))
    #expect(layout.zoom == 1)
    #expect(layout.width > SheetLayout.comfortableWidth)
  }

  @Test func `gutters and margins add up`() {
    let layout = SheetLayout(
      count: 7, pictureSize: ImageSize(height: 3, width: 5), columns: 4, zoom: 2, gutter: 3)
    #expect(layout.rows == 2)
    #expect(layout.margin == 6)
    #expect(layout.width == 6 + 10 + 3 + 10 + 3 + 10 + 3 + 10 + 6)
    #expect(layout.height == 6 + 6 + 3 + 6 + 6)
    #expect(layout.origin(of: 0) == (6, 6))
    #expect(layout.origin(of: 3) == (6, 6 + 39))
    #expect(layout.origin(of: 4) == (6 + 9, 6))
    #expect(layout.origin(of: 6) == (6 + 9, 6 + 26))
  }

  @Test(arguments: [0, 1, 2, 5])
  func `the last picture ends at the margin`(gutter: Int) {
    for count in [1, 2, 15, 16, 17, 63, 64, 65] {
      let layout = SheetLayout(
        count: count, pictureSize: ImageSize(height: 5, width: 7), columns: 1, zoom: 3,
        gutter: gutter)
      let last = layout.origin(of: count - 1)
      #expect(last.row + 15 + layout.margin == layout.height)
      #expect(last.column + 21 + layout.margin == layout.width)
    }
  }

  @Test func `more columns than pictures leave no hole`() {
    let layout = SheetLayout(count: 3, pictureSize: ImageSize(height: 28, width: 28), columns: 100)
    #expect((layout.columns, layout.rows) == (3, 1))
  }

  @Test func `captions make cells higher and, where they are wide, wider`() {
    let size = ImageSize(height: 3, width: 5)
    let bare = SheetLayout(count: 6, pictureSize: size, columns: 3, zoom: 2, gutter: 4)
    let layout = SheetLayout(
      count: 6, pictureSize: size, columns: 3, zoom: 2, gutter: 4, captionHeight: 7,
      captionWidth: 13)
    #expect(layout.height == bare.height + 2 * 7)
    #expect(layout.width == bare.width + 3 * (13 - 10))
    #expect(layout.origin(of: 4) == (bare.origin(of: 4).row + 7, bare.origin(of: 4).column + 3))
  }

  @Test func `wrong sizes are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = SheetLayout(count: 0, pictureSize: ImageSize(height: 28, width: 28))
    }
    await #expect(processExitsWith: .failure) {
      _ = SheetLayout(count: 1, pictureSize: ImageSize(height: 28, width: 28), columns: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = SheetLayout(count: 1, pictureSize: ImageSize(height: 28, width: 28), zoom: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = SheetLayout(count: 1, pictureSize: ImageSize(height: 28, width: 28), gutter: -1)
    }
  }
}
