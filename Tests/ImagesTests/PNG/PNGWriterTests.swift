import Images
import Testing

@Suite struct PNGWriterTests {
  @Test(arguments: [(1, 1), (1, 300), (300, 1), (7, 5), (28, 28), (257, 63)])
  func `a gray image comes back byte for byte`(width: Int, height: Int) throws {
    let image = GrayImage(
      size: ImageSize(height: height, width: width),
      pixels: (0..<width * height).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 256) })
    let decoded = try #require(DecodedPNG(image.pngBytes()))
    #expect(decoded.width == width)
    #expect(decoded.height == height)
    #expect(decoded.bitDepth == 8)
    #expect(decoded.colorType == 0)
    #expect(decoded.pixels == image.pixels)
  }

  @Test(arguments: [(1, 1), (1, 300), (300, 1), (7, 5), (28, 28), (257, 63)])
  func `a color image comes back channel by channel`(width: Int, height: Int) throws {
    let image = ColorImage(
      size: ImageSize(height: height, width: width),
      pixels: (0..<width * height).map {
        RGB(
          red: UInt8(truncatingIfNeeded: $0), green: UInt8(truncatingIfNeeded: $0 &* 3 &+ 1),
          blue: UInt8(truncatingIfNeeded: $0 &* 7 &+ 2))
      })
    let decoded = try #require(DecodedPNG(image.pngBytes()))
    #expect(decoded.width == width)
    #expect(decoded.height == height)
    #expect(decoded.bitDepth == 8)
    #expect(decoded.colorType == 2)
    #expect(decoded.pixels == image.pixels.flatMap { [$0.red, $0.green, $0.blue] })
  }

  @Test func `the file ends with its last chunk`() throws {
    let bytes = try GrayImage(size: ImageSize(height: 28, width: 28), filledWith: 128).pngBytes()
    let lastChunk: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
    #expect(bytes.suffix(lastChunk.count).elementsEqual(lastChunk))
  }

  @Test func `writing twice gives the same bytes`() throws {
    let image = GrayImage(
      size: ImageSize(height: 16, width: 16), pixels: (0...255).map { UInt8($0) })
    #expect(try image.pngBytes() == image.pngBytes())
  }

  @Test func `a side over the limit of libpng is an error with the evidence`() {
    let image = GrayImage(size: ImageSize(height: 1, width: 1_000_001), filledWith: 0)
    let error = #expect(throws: PNGError.self) { try image.pngBytes() }
    #expect(error?.size == ImageSize(height: 1, width: 1_000_001))
    #expect(error?.reason.contains("IHDR") == true)
    #expect(error?.description.contains("1 × 1000001 pixels") == true)
  }
}
