import Foundation

/// The MathML of a formula, or its TeX where `tools/formulas` has not been run since it changed; a
/// test sees to that.
func mathML(of tex: String) -> String {
  formulas[tex] ?? element("code", text: tex)
}

/// MathML by TeX, as tools/formulas writes them.
let formulas: [String: String] = {
  guard
    let formulas = try? JSONDecoder().decode(
      [String: String].self, from: Data(PackageResources.formulas_json))
  else { preconditionFailure("formulas.json holds MathML by TeX") }
  return formulas
}()
