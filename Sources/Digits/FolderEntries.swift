import Files
import Foundation
import NumberText

/// The names in a folder, sorted by their bytes, the hidden ones apart.
struct FolderEntries {
  /// The path of the folder.
  let folder: String
  let names: [String]
  /// The names that begin with a dot.
  let hiddenNames: [String]

  /// - Throws: `noInput` where the folder is missing, is a file, or may not be read; `wrongData`
  ///   where the name of a folder or a PNG in it is not UTF-8: it cannot be named in Swift, and to
  ///   pass over it would make the set silently smaller.
  init(of folder: String) throws(FileProblem) {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw FileProblem(
        .noInput, file: folder, expected: "a folder", found: "nothing of that name",
        hint: "check the path")
    }
    guard isFolder.boolValue else {
      throw FileProblem(.noInput, file: folder, expected: "a folder", found: "a file")
    }
    let entries = try rawEntries(of: folder)
    let dot = UInt8(ascii: ".")
    if let entry = entries.first(where: {
      $0.name == nil && $0.bytes.first != dot && ($0.mayBeFolder || isPNG($0.bytes))
    }) {
      throw FileProblem(
        .wrongData, file: join(folder, String(decoding: entry.bytes, as: UTF8.self)),
        expected: "a name in UTF-8", found: hexadecimal(entry.bytes), hint: "rename it")
    }
    let sorted = entries.compactMap(\.name)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    names = sorted.filter { !$0.hasPrefix(".") }
    hiddenNames = sorted.filter { $0.hasPrefix(".") }
    self.folder = folder
  }

  /// The name of the folder itself.
  var name: String { String(folder.split(separator: "/").last ?? "") }

  /// The path of an entry.
  func path(_ name: String) -> String { join(folder, name) }

  /// The entries that are folders, without the one in which macOS packs its own files.
  var subfolders: [String] {
    names.filter { $0 != "__MACOSX" && isFolder($0) }
  }

  /// Whether an entry is a folder, itself or by a link.
  func isFolder(_ name: String) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path(name), isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// The entries whose names end in `.png`, in any case.
  var pngs: [String] {
    names.filter { isPNG($0.utf8) }
  }

  /// The entries whose names end in a dot and `suffix`, in any case.
  func files(_ suffix: String) -> [String] {
    names.filter { fileExtension($0) == suffix }
  }
}

/// Whether a name ends in `.png`, in any case.
func isPNG(_ name: some BidirectionalCollection<UInt8>) -> Bool {
  name.suffix(4).map { $0 | 0x20 }.elementsEqual(".png".utf8)
}

/// What stands behind the last dot of a name, in lower case; empty where there is no dot.
func fileExtension(_ name: String) -> String {
  guard let dot = name.lastIndex(of: ".") else { return "" }
  return name[name.index(after: dot)...].lowercased()
}

/// The path of `name` in `folder`.
func join(_ folder: String, _ name: String) -> String {
  folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}
