import CZlib
import Images
import Testing

/// Animated PNG, taken apart by the specification.
@Suite struct AnimatedPNGTests {
  private struct Chunk {
    let type: String
    let content: [UInt8]
    var numbers: [Int] {
      stride(from: 0, to: content.count - 3, by: 4).map { number(content[$0..<$0 + 4]) }
    }
  }

  private func chunks(_ file: [UInt8]) throws -> [Chunk] {
    #expect(file.prefix(8) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    var chunks: [Chunk] = []
    var offset = 8
    while offset < file.count {
      let length = number(file[offset..<offset + 4])
      let body = Array(file[offset + 4..<offset + 8 + length])
      let checksum = number(file[offset + 8 + length..<offset + 12 + length])
      #expect(UInt(checksum) == crc32(0, body, uInt(body.count)))
      chunks.append(
        Chunk(type: String(decoding: body[..<4], as: UTF8.self), content: Array(body[4...])))
      offset += 12 + length
    }
    return chunks
  }

  private func images(_ count: Int, height: Int = 5, width: Int = 7) -> [GrayImage] {
    (0..<count).map { number in
      GrayImage(
        size: ImageSize(height: height, width: width),
        pixels: (0..<height * width).map { UInt8(truncatingIfNeeded: $0 * 11 + number * 57) })
    }
  }

  @Test func `a file tells its frames, their times and that it begins again`() throws {
    let images = images(3)
    let file = try GrayImage.animatedPNGBytes(of: [
      (images[0], 1500), (images[1], 40), (images[2], 65535),
    ])
    let chunks = try chunks(file)
    #expect(chunks.first?.type == "IHDR" && chunks.last?.type == "IEND")
    let control = try #require(chunks.first { $0.type == "acTL" })
    #expect(control.numbers == [3, 0])
    let types = chunks.map(\.type)
    let start = try #require(types.firstIndex(of: "acTL"))
    #expect(start < (types.firstIndex(of: "IDAT") ?? 0), "acTL stands before the first image")
    let frames = chunks.filter { $0.type == "fcTL" }
    #expect(frames.count == 3)
    for (frame, time) in zip(frames, [1500, 40, 65535]) {
      #expect(frame.content.count == 26)
      #expect(frame.numbers[1...4].elementsEqual([7, 5, 0, 0]), "the whole image")
      #expect(number(frame.content[20..<22]) == time && number(frame.content[22..<24]) == 1000)
    }
    // One row of numbers for the frames and their data.
    let sequence = chunks.filter { ["fcTL", "fdAT"].contains($0.type) }.map { $0.numbers[0] }
    #expect(sequence == Array(sequence.indices))
  }

  @Test func `each frame's data are those of its image`() throws {
    let images = images(4, height: 300, width: 200)
    let file = try GrayImage.animatedPNGBytes(of: images.map { ($0, 100) })
    #expect(try GrayImage(pngBytes: file) == images[0], "other programs see the first frame")
    var data: [[UInt8]] = []
    let chunks = try chunks(file)
    for chunk in chunks {
      switch chunk.type {
      case "fcTL": data.append([])
      case "IDAT": data[data.count - 1] += chunk.content
      case "fdAT": data[data.count - 1] += chunk.content[4...]
      default: break
      }
    }
    #expect(data.count == 4)
    for (image, packed) in zip(images, data) {
      // A row of the image is its filter's type and as many bytes as it is wide.
      var count = uLong(300 * 201)
      var rows = [UInt8](repeating: 0, count: Int(count))
      #expect(uncompress(&rows, &count, packed, uLong(packed.count)) == Z_OK && count == 300 * 201)
      #expect(unfiltered(rows, width: 200) == image.pixels)
    }
  }

  /// The bytes of rows whose filters are undone, for one byte a pixel (PNG specification, 9.2).
  private func unfiltered(_ rows: [UInt8], width: Int) -> [UInt8] {
    var above = [UInt8](repeating: 0, count: width)
    return stride(from: 0, to: rows.count, by: width + 1).flatMap { start -> [UInt8] in
      var line = [UInt8](repeating: 0, count: width)
      for column in 0..<width {
        let (a, b) = (column > 0 ? Int(line[column - 1]) : 0, Int(above[column]))
        let c = column > 0 ? Int(above[column - 1]) : 0
        let p = a + b - c
        let (da, db, dc) = (abs(p - a), abs(p - b), abs(p - c))
        let nearest = da <= db && da <= dc ? a : db <= dc ? b : c
        let predicted = [0, a, b, (a + b) / 2, nearest][Int(rows[start])]
        line[column] = rows[start + 1 + column] &+ UInt8(truncatingIfNeeded: predicted)
      }
      above = line
      return line
    }
  }

  @Test func `a single frame is an animation, and so are colors`() throws {
    let image = ColorImage(
      size: ImageSize(height: 2, width: 2), filledWith: RGB(red: 1, green: 2, blue: 3))
    let file = try ColorImage.animatedPNGBytes(of: [(image, 1)])
    #expect(try chunks(file).count { $0.type == "fcTL" } == 1)
    #expect(try ColorImage(pngBytes: file) == image)
  }

  @Test func `frames of two sizes are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      let images = [1, 2].map { GrayImage(size: ImageSize(height: 1, width: $0), filledWith: 0) }
      _ = try GrayImage.animatedPNGBytes(of: images.map { ($0, 10) })
    }
    await #expect(processExitsWith: .failure) {
      let image = GrayImage(size: ImageSize(height: 1, width: 1), filledWith: 0)
      _ = try GrayImage.animatedPNGBytes(of: [(image, 70_000)])
    }
  }
}

private func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
