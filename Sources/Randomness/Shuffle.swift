/// The numbers 0 ..< `count` in random order.
///
/// Fisher and Yates' shuffle, from the front: element i is swapped with the element at place
/// ⌊word i × (i + 1) / 2^32⌋, one of 0…i. No word is rejected, since the address of a draw would
/// then depend on the draws before it. So the probabilities of the i + 1 places differ from
/// 1/(i + 1), by less than 2^−32 each.
///
/// - Parameters:
///   - count: at most 2^31 − 1.
///   - random: the stream; word i is word i mod 4 of block ⌊i/4⌋.
/// - Returns: [count], each number once.
public func shuffledIndices(count: Int, using random: Philox) -> [Int32] {
  var indices = [Int32](repeating: 0, count: count)
  func insert(_ index: Int, _ word: UInt32) {
    guard index < count else { return }
    let place = Int(high(UInt64(word) &* UInt64(index + 1)))
    indices[index] = Int32(index)
    indices.swapAt(index, place)
  }
  for first in stride(from: 0, to: count, by: 4) {
    let words = random.block(UInt64(first / 4))
    insert(first, words.0)
    insert(first + 1, words.1)
    insert(first + 2, words.2)
    insert(first + 3, words.3)
  }
  return indices
}
