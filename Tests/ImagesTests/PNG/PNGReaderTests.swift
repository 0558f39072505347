import Files
import Images
import Testing
import TestSupport

@Suite struct PNGReaderTests {
  private func picture(_ bytes: [UInt8]) throws -> GrayImage {
    let folder = try TemporaryFolder()
    return try GrayImage(pngFile: folder.write(bytes, to: "a.png"))
  }

  private func problem(_ bytes: [UInt8]) throws -> FileProblem? {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "a.png")
    let problem = #expect(throws: FileProblem.self) { try GrayImage(pngFile: path) }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.file == path)
    return problem
  }

  @Test func `gray is taken to the bit`() throws {
    let samples = (0..<256).map { UInt8($0) }
    let picture = try picture(png(height: 8, width: 32, samples: samples))
    #expect(picture.pixels == samples)
    #expect(picture.size == ImageSize(height: 8, width: 32))
    #expect(picture.name.hasSuffix("a.png"))
  }

  @Test func `fewer bits are stretched to eight`() throws {
    let bits = try picture(png(height: 1, width: 8, samples: [0b1011_0010], bitDepth: 1))
    #expect(bits.pixels == [255, 0, 255, 255, 0, 0, 255, 0])
    let nibbles = try picture(png(height: 1, width: 2, samples: [0x1f], bitDepth: 4))
    #expect(nibbles.pixels == [17, 255])
  }

  @Test func `sixteen bits are rounded to eight as they are, not as linear light`() throws {
    // 257 v in 16 bits is v in 8, unless the samples were taken as linear.
    let samples: [UInt8] = [0, 0, 100, 100, 200, 200, 255, 255]
    let picture = try picture(png(height: 1, width: 4, samples: samples, bitDepth: 16))
    #expect(picture.pixels == [0, 100, 200, 255])
  }

  @Test func `color becomes its luminance`() throws {
    let samples: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 90, 90, 90]
    let picture = try picture(png(height: 1, width: 4, samples: samples, color: .rgb))
    // 0.2126, 0.7152 and 0.0722 of linear light, as sRGB. libpng's tables of integers may be off by one.
    for (pixel, expected) in zip(picture.pixels, [127, 220, 76, 90]) {
      #expect(abs(Int(pixel) - expected) <= 1)
    }
  }

  @Test func `a palette is looked up`() throws {
    let palette: [UInt8] = [0, 0, 0, 128, 128, 128, 255, 255, 255]
    let picture = try picture(
      png(height: 1, width: 3, samples: [2, 0, 1], color: .palette, palette: palette))
    #expect(picture.pixels == [255, 0, 128])
  }

  @Test func `what is transparent lies on white`() throws {
    let samples: [UInt8] = [0, 0, 0, 255, 200, 0, 200, 255]
    let picture = try picture(png(height: 2, width: 2, samples: samples, color: .grayAlpha))
    #expect(picture.pixels == [255, 0, 255, 200])
  }

  @Test func `white on transparent is seen`() throws {
    let samples: [UInt8] = [255, 0, 255, 255, 0, 0, 255, 255]
    let picture = try picture(png(height: 2, width: 2, samples: samples, color: .grayAlpha))
    #expect(picture.pixels == [0, 255, 0, 255])
    let empty = try self.picture(
      png(height: 1, width: 2, samples: [9, 255, 9, 255], color: .grayAlpha))
    #expect(empty.pixels == [9, 9])
  }

  /// EXIF data with nothing but an orientation, in either byte order.
  private func exif(_ orientation: UInt8, isBigEndian: Bool) -> [UInt8] {
    isBigEndian
      ? Array("MM".utf8) + [
        0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0,
      ]
      : Array("II".utf8) + [
        42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
      ]
  }

  /// The letters as the standard shows them: row 0 and column 0 of the file at these edges.
  @Test(
    arguments: [
      (1, 2, "ABCDEF"), (2, 2, "CBAFED"), (3, 2, "FEDCBA"), (4, 2, "DEFABC"), (5, 3, "ADBECF"),
      (6, 3, "DAEBFC"), (7, 3, "FCEBDA"), (8, 3, "CFBEAD"),
    ] as [(UInt8, Int, String)], [false, true])
  func `a photograph on its side is turned upright`(
    turned: (orientation: UInt8, height: Int, letters: String), isBigEndian: Bool
  ) throws {
    let picture = try picture(
      png(
        height: 2, width: 3, samples: Array("ABCDEF".utf8),
        exif: exif(turned.orientation, isBigEndian: isBigEndian)))
    #expect(picture.height == turned.height)
    #expect(String(decoding: picture.pixels, as: UTF8.self) == turned.letters)
  }

  @Test func `EXIF data that makes no sense turns nothing`() throws {
    var numbers = TestNumbers(seed: 1)
    let good = exif(6, isBigEndian: true)
    for length in 0...good.count {
      for _ in 0..<20 {
        var spoilt = Array(good.prefix(length))
        if !spoilt.isEmpty {
          spoilt[Int.random(in: 0..<spoilt.count, using: &numbers)] = UInt8(
            truncatingIfNeeded: numbers.next())
        }
        let picture = try GrayImage(
          pngBytes: png(height: 2, width: 3, samples: Array("ABCDEF".utf8), exif: spoilt))
        #expect(picture.size.pixelCount == 6)
        if length < 20 { #expect(picture.height == 2) }
      }
    }
    #expect(
      try GrayImage(
        pngBytes: png(
          height: 2, width: 3, samples: Array("ABCDEF".utf8), exif: exif(9, isBigEndian: true))
      ).height == 2)
  }

  @Test func `a file that is no PNG is told apart`() throws {
    let found = try problem(Array("digits, not a PNG".utf8))
    #expect(found?.place == "byte 0")
    #expect(found?.expected == "the PNG signature 89504e470d0a1a0a")
    #expect(found?.found == "6469676974732c20")
    #expect(try problem([])?.found == "an empty file")
  }

  @Test(
    arguments: [
      ([0xff, 0xd8, 0xff, 0xe0], "a JPEG"), (Array("GIF89a".utf8), "a GIF"),
      (Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), "a WebP image"),
      ([0, 0, 0, 24] + Array("ftypheic".utf8), "a HEIC or AVIF image"),
      ([0, 0, 0, 24] + Array("ftypavif".utf8), "a HEIC or AVIF image"),
      (Array("%PDF-1.7".utf8), "a PDF"),
      (Array("BM6".utf8), "a BMP"), ([0x4d, 0x4d, 0, 42], "a TIFF"),
    ] as [([UInt8], String)])
  func `a picture of another format is named`(bytes: [UInt8], format: String) throws {
    let found = try problem(bytes)
    #expect(found?.found == format)
    #expect(found?.hint == "save it as PNG; the name alone does not make it one")
  }

  @Test func `a file that was cut off is named with the place`() throws {
    let bytes = png(height: 2, width: 2, samples: [1, 2, 3, 4])
    let found = try problem(Array(bytes.dropLast(4)))
    #expect(found?.place == "byte \(bytes.count - 12)")
    #expect(found?.expected == "a whole chunk")
    #expect(found?.found == "the end after 8 bytes")
  }

  @Test func `a corrupt chunk is found by its checksum`() throws {
    var bytes = png(height: 2, width: 2, samples: [1, 2, 3, 4])
    bytes[bytes.count - 12 - 4 - 3] ^= 1  // in the data of IDAT
    #expect(try problem(bytes)?.expected == "an intact PNG")
  }

  @Test func `too few rows are an error`() throws {
    let tall = png(height: 4, width: 2, samples: [UInt8](repeating: 1, count: 8))
    let short = png(height: 2, width: 2, samples: [UInt8](repeating: 1, count: 4))
    // The header of the one, which ends at byte 33, with the data of the other.
    #expect(try problem(Array(tall[..<33] + short[33...]))?.expected == "an intact PNG")
  }

  @Test(arguments: [(4097, 1), (1, 4097), (0, 1), (1, 0), (0x7fff_ffff, 0x7fff_ffff)])
  func `a size beyond the limit is refused`(height: Int, width: Int) throws {
    var bytes = png(height: 1, width: 1, samples: [1])
    let sides = [width, height].flatMap { side in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: side >> $0) }
    }
    bytes.replaceSubrange(16..<24, with: sides)
    let found = try problem(bytes)
    #expect(found?.place == "IHDR")
    #expect(found?.expected == "1 to 4096 rows and columns")
    #expect(found?.found == "\(height) × \(width)")
  }

  @Test func `the largest size is read`() throws {
    let samples = [UInt8](repeating: 7, count: 4096)
    #expect(try picture(png(height: 4096, width: 1, samples: samples)).pixels == samples)
    #expect(try picture(png(height: 1, width: 4096, samples: samples)).pixels == samples)
  }

  @Test func `a missing file is no input`() {
    let problem = #expect(throws: FileProblem.self) { try GrayImage(pngFile: "/no/such.png") }
    #expect(problem?.kind == .noInput)
  }

  @Test func `bytes are read as the file that has them`() throws {
    let bytes = png(height: 1, width: 3, samples: [1, 2, 3])
    let picture = try GrayImage(pngBytes: bytes, name: "upload")
    #expect(try picture == self.picture(bytes))
    #expect(picture.name == "upload")
    let problem = #expect(throws: FileProblem.self) {
      try GrayImage(pngBytes: bytes.dropLast(), name: "upload")
    }
    #expect(problem?.kind == .wrongData && problem?.file == "upload")
  }

  @Test func `what is written is read`() throws {
    let image = GrayImage(
      size: ImageSize(height: 16, width: 16), pixels: (0...255).map { UInt8($0) })
    #expect(try GrayImage(pngBytes: image.pngBytes()) == image)
    let colors = ColorImage(
      size: ImageSize(height: 3, width: 5),
      pixels: (0..<15).map { RGB(red: $0, green: 3 * $0, blue: 255 - $0) })
    #expect(try ColorImage(pngBytes: colors.pngBytes()) == colors)
    let neutral = try ColorImage(pngBytes: image.pngBytes())
    #expect(neutral.pixels == image.pixels.map { RGB(gray: $0) })
  }

  // Files that were cut off or changed anywhere: each gives a `FileProblem` or the picture, and
  // nothing gives a crash.

  @Test func `a PNG that was cut off is a problem`() {
    let bytes = png(height: 3, width: 5, samples: Array(1...15))
    for count in 0..<bytes.count {
      #expect(throws: FileProblem.self, "cut at byte \(count)") {
        try GrayImage(pngBytes: Array(bytes[..<count]))
      }
    }
  }

  @Test func `a damaged PNG is a problem or a picture of its size`() {
    let bytes = png(height: 3, width: 5, samples: Array(1...15))
    var unnoticed = 0
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      guard let picture = try? GrayImage(pngBytes: changed) else { continue }
      #expect(picture.pixels == Array(1...15))
      unnoticed += 1
    }
    // Nobody asks for the checksum of IEND.
    #expect(unnoticed == 32)
  }
}
