import Images
import Pictures
import Testing

@Suite struct PictureTests {
  private let gray = GrayImage(
    size: ImageSize(height: 2, width: 3), pixels: [1, 2, 3, 4, 5, 6])
  private let color = ColorImage(
    size: ImageSize(height: 5, width: 4), filledWith: RGB(red: 1, green: 2, blue: 3))

  @Test func `a picture has the size of the image it holds`() {
    #expect(Picture.gray(gray).size == ImageSize(height: 2, width: 3))
    #expect(Picture.color(color).size == ImageSize(height: 5, width: 4))
    #expect(Picture.gray(gray).enlarged(by: 3) == .gray(gray.enlarged(by: 3)))
    #expect(Picture.color(color).enlarged(by: 3) == .color(color.enlarged(by: 3)))
  }

  @Test func `a picture is written as the image it holds`() throws {
    #expect(try Picture.gray(gray).pngBytes() == gray.pngBytes())
    #expect(try Picture.color(color).pngBytes() == color.pngBytes())
  }
}
