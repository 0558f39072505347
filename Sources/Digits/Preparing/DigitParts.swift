import Images

/// Why a picture with ink is not a picture of one digit.
enum NotOneDigit: Error {
  /// Nothing is large enough to be a digit.
  case specks
  /// What there is touches the border and is no stronger than shade.
  case edge
  /// So many parts are each as large as a digit.
  case several(Int)
}

/// Some of the connected parts of a picture.
struct KeptParts {
  fileprivate let labels: [Int32]
  fileprivate let isKept: [Bool]  // by number
  /// The largest value in them.
  let strongest: Int32

  func contains(pixel: Int) -> Bool { isKept[Int(labels[pixel])] }
}

/// The choice of the parts that make the digit.
///
/// The main part has the largest mass; of parts that touch the border, which may be shade or the edge
/// of the sheet, a sixteenth counts. A frame around others is none, nor is a straight
/// line along most of the picture. What is near to the digit
/// belongs to it: in MNIST, the parts of a digit are up to a fifth of its size apart. What is far is
/// dust, unless it is as large as a digit.
struct DigitParts {
  let kept: KeptParts

  init(of residual: InkResidual) throws(NotOneDigit) {
    let found = residual.parts()
    let parts = found.parts
    let size = residual.size
    func touchesBorder(_ part: ConnectedPart) -> Bool {
      part.rows.lowerBound == 0 || part.columns.lowerBound == 0
        || part.rows.upperBound == size.height - 1 || part.columns.upperBound == size.width - 1
    }
    func isFrame(_ part: ConnectedPart) -> Bool {
      10 * part.rows.count >= 7 * size.height && 10 * part.columns.count >= 7 * size.width
        && 5 * part.area < part.rows.count * part.columns.count
        && parts.contains { part.surrounds($0) && 8 * $0.longerSide >= part.longerSide }
    }
    func isLine(_ part: ConnectedPart) -> Bool {
      let (long, short) = (part.longerSide, min(part.rows.count, part.columns.count))
      let side = part.rows.count == long ? size.height : size.width
      return 10 * long >= 7 * side && 25 * short <= long
        && parts.contains {
          8 * $0.longerSide >= long && 8 * $0.mass >= part.mass
            && 8 * min($0.rows.count, $0.columns.count) >= $0.longerSide
        }
    }
    let candidates = parts.indices.filter { !isFrame(parts[$0]) && !isLine(parts[$0]) }
    func score(_ index: Int) -> Int {
      touchesBorder(parts[index]) ? parts[index].mass / 16 : parts[index].mass
    }
    guard let main = candidates.max(by: { score($0) < score($1) }) else {
      throw .specks
    }
    let digit = parts[main]
    let longer = max(size.height, size.width)
    // A speck is a fiftieth of the picture; in a small one, a pixel or two.
    guard digit.longerSide * (longer <= 64 ? 10 : 50) >= longer else { throw .specks }
    // A digit that was cut out tightly is strong and touches all sides or few; a strip from one side
    // to the other is the edge of a sheet or a shadow.
    let sides = [
      digit.rows.lowerBound == 0, digit.rows.upperBound == size.height - 1,
      digit.columns.lowerBound == 0, digit.columns.upperBound == size.width - 1,
    ]
    let isAcross = (sides[0] && sides[1]) != (sides[2] && sides[3]) && longer > 64
    let isFaint = touchesBorder(digit) && Int(digit.peak) < strongContrast * residual.unit
    guard !isAcross && !isFaint else { throw .edge }

    let others = candidates.filter { index in
      index != main && (touchesBorder(digit) || !touchesBorder(parts[index]))
    }
    let digits = others.filter { index in
      !touchesBorder(parts[index]) && 3 * parts[index].longerSide >= 2 * digit.longerSide
        && 6 * parts[index].mass >= digit.mass
        && 6 * parts[index].gap(to: digit) > digit.longerSide
    }
    guard digits.isEmpty else { throw .several(digits.count + 1) }

    var isKept = [Bool](repeating: false, count: parts.count + 1)
    isKept[main + 1] = true
    var near = [main]
    while let next = near.popLast() {
      for index in others where !isKept[index + 1] && 1200 * parts[index].mass >= digit.mass {
        if 5 * parts[index].gap(to: parts[next]) <= digit.longerSide {
          isKept[index + 1] = true
          near.append(index)
        }
      }
    }
    let strongest = parts.indices.filter { isKept[$0 + 1] }.map { parts[$0].peak }.max() ?? 0
    kept = KeptParts(labels: found.labels, isKept: isKept, strongest: strongest)
  }
}
