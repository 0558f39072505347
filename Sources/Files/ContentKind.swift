/// What the first bytes of a file say that it is, as it follows "found": `a JPEG`.
///
/// - Parameter bytes: the start of the file; 16 bytes are enough for every kind.
/// - Returns: nil for a kind that is not known here.
package func contentInWords(_ bytes: some Collection<UInt8>) -> String? {
  let start = Array(bytes.prefix(16))
  if start.isEmpty { return "an empty file" }
  for (signature, words) in signatures where start.starts(with: signature) { return words }
  let text = String(decoding: start, as: UTF8.self).lowercased()
  if text.hasPrefix("<!doctype") || text.hasPrefix("<html") { return "a web page" }
  if start.count >= 12, start[4..<8].elementsEqual("ftyp".utf8) { return "a HEIC or AVIF image" }
  if start.count >= 12, text.hasPrefix("riff"), start[8..<12].elementsEqual("WEBP".utf8) {
    return "a WebP image"
  }
  if start[0] == 0x80, start.count > 1, (2...5).contains(start[1]) { return "a Python pickle" }
  // The length of a header below 2²⁴ bytes, little-endian, then its JSON.
  if start.count > 8, start[3..<8].allSatisfy({ $0 == 0 }), start[8] == UInt8(ascii: "{") {
    return "a safetensors model"
  }
  return nil
}

private let signatures: [([UInt8], String)] = [
  ([0xff, 0xd8, 0xff], "a JPEG"),
  ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], "a PNG"),
  (Array("GIF8".utf8), "a GIF"),
  ([0x49, 0x49, 0x2a, 0x00], "a TIFF"),
  ([0x4d, 0x4d, 0x00, 0x2a], "a TIFF"),
  (Array("BM".utf8), "a BMP"),
  (Array("%PDF".utf8), "a PDF"),
  ([0x50, 0x4b, 0x03, 0x04], "a ZIP archive"),
  ([0x1f, 0x8b], "a gzip file"),
  ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "an xz file"),
  (Array("BZh".utf8), "a bzip2 file"),
  ([0x93] + Array("NUMPY".utf8), "a NumPy array"),
  ([0x89, 0x48, 0x44, 0x46], "an HDF5 file"),
  ([0x00, 0x05, 0x16, 0x07], "an AppleDouble file of macOS"),
  (Array("version https://".utf8), "a Git LFS pointer"),
]
