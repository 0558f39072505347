/// Files that a reader passed over, gathered by kind: a hundred folders give one notice.
struct UnreadFiles {
  private var kinds: [(kind: String, count: Int, folders: [String], hint: String)] = []

  /// Adds files of one kind in one folder.
  ///
  /// - Parameters:
  ///   - count: the number of files; 0 adds nothing.
  ///   - kind: what one of them is: `.jpg file`.
  ///   - folder: the folder's path within the set.
  ///   - hint: what to do about them, or nothing.
  mutating func add(_ count: Int, _ kind: String, in folder: String, hint: String = "") {
    guard count > 0 else { return }
    if let index = kinds.firstIndex(where: { $0.kind == kind && $0.hint == hint }) {
      kinds[index].count += count
      kinds[index].folders.append(folder)
    } else {
      kinds.append((kind, count, [folder], hint))
    }
  }

  /// One line per kind.
  var notices: [String] {
    kinds.map { kind, count, folders, hint in
      let place =
        folders.count == 1
        ? "in \(folders[0])" : "in \(folders.count) folders, such as \(folders[0]),"
      let advice = hint.isEmpty ? "" : "; \(hint)"
      return "\(counted(count, kind)) \(place) \(count == 1 ? "is" : "are") not read\(advice)"
    }
  }
}

extension UnreadFiles {
  /// Adds what lies in the folder of a label beside its PNGs.
  ///
  /// - Parameters:
  ///   - folder: the folder of the label.
  ///   - place: its path within the set.
  mutating func add(besidePNGsOf folder: FolderEntries, at place: String) {
    var others: [String: Int] = [:]
    for name in folder.names where !isPNG(name.utf8) && name != "Thumbs.db" {
      if folder.isFolder(name) {
        let nested = (try? FolderEntries(of: folder.path(name)))?.pngs.count ?? 0
        add(nested, "nested .png file", in: "\(place)/\(name)", hint: "move them up")
      } else {
        others[fileExtension(name), default: 0] += 1
      }
    }
    for (kind, count) in others.sorted(by: { $0.key < $1.key }) {
      add(
        count, kind.isEmpty ? "file without an ending" : ".\(kind) file", in: place,
        hint: imageExtensions.contains(kind) ? "convert them to PNG" : "")
    }
    let hidden = folder.hiddenNames.count { isPNG($0.utf8) && !$0.hasPrefix("._") }
    add(hidden, "hidden .png file", in: place)
  }

  /// Adds the hidden folders that hold PNGs, as a label's folder would.
  mutating func add(hiddenFoldersOf folder: FolderEntries, at place: String) {
    for name in folder.hiddenNames where folder.isFolder(name) {
      let count = (try? FolderEntries(of: folder.path(name)))?.pngs.count ?? 0
      add(
        count, ".png file", in: place.isEmpty ? name : "\(place)/\(name)",
        hint: "the folder is hidden")
    }
  }
}

/// The endings of images that are not read.
let imageExtensions: Set<String> = [
  "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "avif", "pgm", "ppm", "svg",
]
