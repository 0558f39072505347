import Foundation
import Images
import Testing

@Suite struct ImageSizeTests {
  @Test func `a size reads height first`() {
    let size = ImageSize(height: 2, width: 3)
    #expect("\(size)" == "2 × 3")
    #expect(size.pixelCount == 6)
  }

  @Test func `a size is kept by the names of its sides`() throws {
    let size = ImageSize(height: 2, width: 3)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(size)
    #expect(String(decoding: data, as: UTF8.self) == #"{"height":2,"width":3}"#)
    #expect(try JSONDecoder().decode(ImageSize.self, from: data) == size)
  }

  @Test(arguments: [
    #"{"height":0,"width":3}"#, #"{"height":2,"width":-1}"#, #"{"height":2}"#, "[2, 3]",
  ])
  func `a size without pixels is not decoded`(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ImageSize.self, from: Data(text.utf8))
    }
  }
}
