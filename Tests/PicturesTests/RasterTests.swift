import Pictures
import Testing

@Suite struct RasterTests {
  private let image = GrayImage(width: 3, height: 2, pixels: [1, 2, 3, 4, 5, 6])

  @Test func `pixels are counted from the top left`() {
    #expect(image[0, 0] == 1)
    #expect(image[0, 2] == 3)
    #expect(image[1, 0] == 4)
    #expect(image[1, 2] == 6)
  }

  @Test func `one assignment changes one pixel`() {
    var changed = image
    changed[1, 1] = 99
    #expect(changed.pixels == [1, 2, 3, 4, 99, 6])
  }

  @Test func `enlarging makes every pixel a square`() {
    let enlarged = image.enlarged(by: 2)
    #expect(enlarged.width == 6)
    #expect(enlarged.height == 4)
    #expect(
      enlarged.pixels == [
        1, 1, 2, 2, 3, 3,
        1, 1, 2, 2, 3, 3,
        4, 4, 5, 5, 6, 6,
        4, 4, 5, 5, 6, 6,
      ])
  }

  @Test(arguments: [1, 2, 3, 7, 16, 65])
  func `an enlarged pixel is the one it came from`(zoom: Int) {
    let colored = ColorImage(
      width: 2, height: 3, pixels: (1...6).map { RGB(red: $0, green: 2 * $0, blue: 3 * $0) })
    let enlarged = colored.enlarged(by: zoom)
    #expect(enlarged.pixels.count == 6 * zoom * zoom)
    for row in 0..<enlarged.height {
      for column in 0..<enlarged.width {
        #expect(enlarged[row, column] == colored[row / zoom, column / zoom])
      }
    }
  }

  @Test func `enlarging by 1 changes nothing`() {
    #expect(image.enlarged(by: 1) == image)
  }

  @Test func `a placed image covers its rectangle only`() {
    var canvas = GrayImage(width: 5, height: 4, filledWith: 0)
    canvas.place(image, row: 1, column: 2)
    #expect(
      canvas.pixels == [
        0, 0, 0, 0, 0,
        0, 0, 1, 2, 3,
        0, 0, 4, 5, 6,
        0, 0, 0, 0, 0,
      ])
  }

  @Test func `an image may cover another whole`() {
    var canvas = GrayImage(width: 3, height: 2, filledWith: 0)
    canvas.place(image, row: 0, column: 0)
    #expect(canvas == image)
  }

  @Test func `what does not fit is the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = GrayImage(width: 2, height: 2, pixels: [1, 2, 3])
    }
    await #expect(processExitsWith: .failure) {
      _ = GrayImage(width: 0, height: 2, pixels: [])
    }
    await #expect(processExitsWith: .failure) {
      var canvas = GrayImage(width: 2, height: 2, filledWith: 0)
      canvas.place(canvas, row: 0, column: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = GrayImage(width: 2, height: 2, filledWith: 0)[0, 2]
    }
  }

  @Test func `a picture has the size of the image it holds`() {
    let color = ColorImage(width: 4, height: 5, filledWith: RGB(gray: 7))
    #expect(Picture.gray(image).width == 3)
    #expect(Picture.gray(image).height == 2)
    #expect(Picture.color(color).width == 4)
    #expect(Picture.color(color).height == 5)
    #expect(Picture.gray(image).enlarged(by: 3) == .gray(image.enlarged(by: 3)))
    #expect(Picture.color(color).enlarged(by: 3) == .color(color.enlarged(by: 3)))
  }
}
