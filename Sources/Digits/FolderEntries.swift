import Files
import Foundation

/// The names in a folder, sorted by their bytes, without the hidden ones.
struct FolderEntries {
  /// The path of the folder.
  let folder: String
  let names: [String]

  /// - Throws: `noInput` where the folder is missing, is a file, or may not be read.
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
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw FileProblem(
        .noInput, file: folder, expected: "a readable folder", found: error.localizedDescription,
        hint: "check its permissions")
    }
    self.folder = folder
  }

  /// The name of the folder itself.
  var name: String { String(folder.split(separator: "/").last ?? "") }

  /// The path of an entry.
  func path(_ name: String) -> String { join(folder, name) }

  /// The entries that are folders.
  var subfolders: [String] {
    names.filter { name in
      var isFolder: ObjCBool = false
      return unsafe FileManager.default.fileExists(atPath: path(name), isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  /// The entries whose names end in `.png`, in any case.
  var pngs: [String] {
    names.filter { $0.lowercased().hasSuffix(".png") }
  }
}

/// The path of `name` in `folder`.
func join(_ folder: String, _ name: String) -> String {
  folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}
