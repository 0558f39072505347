import CZlib
import Digits

/// Gzip files of IDX content. An input that begins as gzip is such a file, of which `gzread` is the
/// judge; any other is compressed first, in one or two members.
@Sendable func attackGzip(_ bytes: [UInt8]) {
  if bytes.starts(with: [0x1f, 0x8b]) {
    attackGzipFile(bytes)
  } else if bytes.count > 2 {
    attackGzipContent(Array(bytes[2...]), level: Int32(bytes[0] % 10), cut: Int(bytes[1]))
  }
}

private func attackGzipFile(_ bytes: [UInt8]) {
  let path = put(bytes, "content.gz")
  for dimensions in [1, 3] {
    guard
      let array = accepted({ try IDXArray(contentsOf: path, dimensions: dimensions) })
    else { continue }
    guard let content = contentByZlib(path) else {
      expect(false, "zlib reads a gzip file that is accepted")
      continue
    }
    let plain = must("the content of a gzip file is read") {
      try IDXArray(contentsOf: put(content, "content"), dimensions: dimensions)
    }
    expect(plain.sizes == array.sizes && plain.bytes == array.bytes, "gzip keeps the content")
  }
}

/// Compressed content must be read as plain content is.
private func attackGzipContent(_ content: [UInt8], level: Int32, cut: Int) {
  let cut = min(cut, content.count)
  let file = gzip(Array(content[..<cut]), level: level) + gzip(Array(content[cut...]), level: 6)
  let paths = (packed: put(file, "content.gz"), plain: put(content, "content"))
  for dimensions in [1, 3] {
    let packed = accepted { try IDXArray(contentsOf: paths.packed, dimensions: dimensions) }
    let plain = accepted { try IDXArray(contentsOf: paths.plain, dimensions: dimensions) }
    expect(
      packed?.sizes == plain?.sizes && packed?.bytes == plain?.bytes,
      "compression does not change what is read")
  }
}

/// A member of a gzip file.
private func gzip(_ content: [UInt8], level: Int32) -> [UInt8] {
  deflated(content, level: level, windowBits: 15 + 16)
}

/// Deflated data: with gzip's frame for 31 window bits, bare for −15.
func deflated(_ content: [UInt8], level: Int32, windowBits: Int32) -> [UInt8] {
  var stream = unsafe z_stream()
  unsafe deflateInit2_(
    &stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { unsafe deflateEnd(&stream) }
  var content = content
  let room = unsafe Int(deflateBound(&stream, uLong(content.count)))
  return unsafe content.withUnsafeMutableBufferPointer { input in
    unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
      unsafe stream.next_in = input.baseAddress
      unsafe stream.avail_in = uInt(input.count)
      unsafe stream.next_out = output.baseAddress
      unsafe stream.avail_out = uInt(output.count)
      expect(unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END, "content is compressed")
      count = unsafe Int(stream.total_out)
    }
  }
}

/// The content of a gzip file as zlib's own reader has it; nil where it complains.
private func contentByZlib(_ path: String) -> [UInt8]? {
  guard let file = unsafe gzopen(path, "rb") else { return nil }
  var content: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let got = unsafe buffer.withUnsafeMutableBytes {
      unsafe gzread(file, $0.baseAddress, UInt32($0.count))
    }
    // A file that was cut off shows when it is closed.
    if got <= 0 { return unsafe gzclose(file) == Z_OK && got == 0 ? content : nil }
    content += buffer[..<Int(got)]
  }
}
