import Images
import Testing

@Suite struct ImageTests {
  private let image = GrayImage(size: ImageSize(height: 2, width: 3), pixels: [1, 2, 3, 4, 5, 6])

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
      size: ImageSize(height: 3, width: 2),
      pixels: (1...6).map { RGB(red: $0, green: 2 * $0, blue: 3 * $0) })
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
    var canvas = GrayImage(size: ImageSize(height: 4, width: 5), filledWith: 0)
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
    var canvas = GrayImage(size: ImageSize(height: 2, width: 3), filledWith: 0)
    canvas.place(image, row: 0, column: 0)
    #expect(canvas == image)
  }

  @Test func `what does not fit is the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = GrayImage(size: ImageSize(height: 2, width: 2), pixels: [1, 2, 3])
    }
    await #expect(processExitsWith: .failure) {
      _ = ImageSize(height: 2, width: 0)
    }
    await #expect(processExitsWith: .failure) {
      var canvas = GrayImage(size: ImageSize(height: 2, width: 2), filledWith: 0)
      canvas.place(canvas, row: 0, column: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = GrayImage(size: ImageSize(height: 2, width: 2), filledWith: 0)[0, 2]
    }
  }

  @Test func `equal images may have different names`() {
    let named = GrayImage(size: image.size, pixels: image.pixels, name: "scan.png")
    #expect(named == image)
    #expect(named.enlarged(by: 2).name == "scan.png")
    #expect(named.resized(to: ImageSize(height: 1, width: 1)).name == "scan.png")
    var changed = named
    changed[0, 0] = 99
    #expect(changed != image)
    #expect(GrayImage(size: ImageSize(height: 3, width: 2), pixels: image.pixels) != image)
  }

  @Test func `shades become inputs from 0 to 1`() {
    #expect(0 * GrayImage.unitScale == 0)
    #expect(255 * GrayImage.unitScale == 1)
  }
}
