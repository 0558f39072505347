import Images
import Pictures
import Testing

@Suite struct ContactSheetTests {
  @Test func `every pixel is where the layout says`() {
    let pictures: [GrayImage] = (1...3).map {
      GrayImage(size: ImageSize(height: 1, width: 2), pixels: [$0, 10 * $0])
    }
    let sheet = GrayImage.contactSheet(
      of: pictures, columns: 2, zoom: 1, gutter: 1, background: 255)
    let (a, b, c): (UInt8, UInt8, UInt8) = (10, 20, 30)
    let x: UInt8 = 255
    #expect(sheet.width == 9)
    #expect(sheet.height == 7)
    #expect(
      sheet.pixels == [
        x, x, x, x, x, x, x, x, x,
        x, x, x, x, x, x, x, x, x,
        x, x, 1, a, x, 2, b, x, x,
        x, x, x, x, x, x, x, x, x,
        x, x, 3, c, x, x, x, x, x,
        x, x, x, x, x, x, x, x, x,
        x, x, x, x, x, x, x, x, x,
      ])
  }

  @Test func `without gutters the pictures touch`() {
    let pictures: [GrayImage] = (1...4).map {
      GrayImage(size: ImageSize(height: 1, width: 1), filledWith: $0)
    }
    let sheet = GrayImage.contactSheet(
      of: pictures, columns: 2, zoom: 2, gutter: 0, background: 255)
    #expect(
      sheet.pixels == [
        1, 1, 2, 2,
        1, 1, 2, 2,
        3, 3, 4, 4,
        3, 3, 4, 4,
      ])
  }

  @Test(arguments: [1, 2, 7, 10, 15, 16, 17, 63, 64, 65, 128, 257])
  func `however many pictures there are, each can be cut out again`(count: Int) {
    let pictures = (0..<count).map { number in
      ColorImage(
        size: ImageSize(height: 2, width: 3),
        pixels: (0..<6).map {
          RGB(
            red: UInt8(truncatingIfNeeded: number), green: UInt8(number / 256), blue: UInt8($0))
        })
    }
    let background = RGB(red: 9, green: 99, blue: 199)
    let sheet = ColorImage.contactSheet(of: pictures, zoom: 2, background: background)
    let layout = SheetLayout(count: count, pictureSize: ImageSize(height: 2, width: 3), zoom: 2)
    #expect((sheet.width, sheet.height) == (layout.width, layout.height))
    for (index, picture) in pictures.enumerated() {
      let origin = layout.origin(of: index)
      for row in 0..<4 {
        for column in 0..<6 {
          #expect(sheet[origin.row + row, origin.column + column] == picture[row / 2, column / 2])
        }
      }
    }
    #expect(
      sheet.pixels.count { $0 == background } == sheet.width * sheet.height - count * 24,
      "nothing but the background lies between the pictures")
  }

  @Test func `pictures of different sizes are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = GrayImage.contactSheet(
        of: [
          GrayImage(size: ImageSize(height: 2, width: 2), filledWith: 0),
          GrayImage(size: ImageSize(height: 3, width: 2), filledWith: 0),
        ], background: 255)
    }
    await #expect(processExitsWith: .failure) {
      _ = GrayImage.contactSheet(of: [], background: 255)
    }
  }
}
