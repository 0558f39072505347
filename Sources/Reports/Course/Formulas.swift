import Foundation

extension CoursePage {
  /// The MathML of the topics' formulas, in parts that may stand below one another, by their TeX, as tools/formulas writes them.
  public static let mathML: [String: [String]] = {
    guard
      let formulas = try? JSONDecoder().decode(
        [String: [String]].self, from: Data(PackageResources.formulas_json))
    else { preconditionFailure("formulas.json holds MathML by TeX") }
    return formulas
  }()
}
