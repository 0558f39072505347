extension Drawing {
  /// The points that words take from left to right at a size.
  public static func width(of text: String, size: Double) -> Double {
    StrokeFont.line(text).advance * size / StrokeFont.unitsPerSize
  }

  /// The strokes of words on a baseline through a place, in points.
  package static func strokes(
    of text: String, size: Double, at place: Place, _ anchor: Anchor, isUpward: Bool
  ) -> [[Place]] {
    let line = StrokeFont.line(text)
    let scale = size / StrokeFont.unitsPerSize
    let start =
      switch anchor {
      case .start: 0.0
      case .middle: -line.advance / 2 * scale
      case .end: -line.advance * scale
      }
    return line.strokes.map { stroke in
      stroke.map { point in
        let (along, above) = (point.x * scale + start, point.y * scale)
        return isUpward
          ? Place(place.x - above, place.y - along) : Place(place.x + along, place.y - above)
      }
    }
  }
}

/// Words cut with an ellipsis where they are wider than their room.
func fitted(_ text: String, size: Double, width: Double) -> String {
  guard Drawing.width(of: text, size: size) > width else { return text }
  var room = width - Drawing.width(of: "…", size: size)
  let kept = text.prefix { character in
    room -= Drawing.width(of: String(character), size: size)
    return room >= 0
  }
  return kept.isEmpty ? "" : kept + "…"
}
