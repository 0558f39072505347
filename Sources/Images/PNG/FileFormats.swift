/// What a file is that people take for a picture, by its first bytes: `a JPEG file`.
///
/// - Returns: nil for a PNG file and for what is not known.
func nameOfFormat(_ bytes: [UInt8]) -> String? {
  func holds(_ text: String, at offset: Int = 0) -> Bool {
    bytes.dropFirst(offset).starts(with: text.utf8)
  }
  if bytes.starts(with: [0xff, 0xd8, 0xff]) { return "a JPEG file" }
  if holds("GIF8") { return "a GIF file" }
  if holds("RIFF") && holds("WEBP", at: 8) { return "a WebP file" }
  if holds("ftyp", at: 4) {
    if holds("avif", at: 8) { return "an AVIF file" }
    let brands = ["heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"]
    if brands.contains(where: { holds($0, at: 8) }) { return "a HEIC file" }
  }
  if holds("%PDF") { return "a PDF file" }
  if holds("BM") { return "a BMP file" }
  if holds("II*\0") || holds("MM\0*") { return "a TIFF file" }
  return nil
}
