import Images
import Lecture
import Testing
import Training

@Suite struct SampleSelectionTests {
  private func numbered(_ count: Int) -> SampleSet {
    SampleSet(
      inputs: .floats((0..<2 * count).map { Float($0) }), inputWidth: 2,
      targets: .classes((0..<count).map { UInt8($0 % 3) }, count: 3), count: count)
  }

  @Test func `rows are scaled inputs, targets what the loss sees`() {
    let images = SampleSet(
      images: [0, 255, 51, 102], labels: [1, 0], imageSize: ImageSize(height: 1, width: 2),
      classCount: 3)
    #expect(images.row(0) == [0, 1])
    let scale: Float = 1 / 255
    #expect(images.row(1) == [51 * scale, 102 * scale])
    #expect(images.labels == [1, 0])
    #expect(images.target(0) == [0, 1, 0] && images.target(1) == [1, 0, 0])

    let vectors = images.replacingTargets(.vectors([0.5, -1], width: 1))
    #expect(vectors.row(1) == images.row(1))
    #expect(vectors.labels.isEmpty)
    #expect(vectors.target(0) == [0.5] && vectors.target(1) == [-1])
  }

  @Test(arguments: [(1, 1), (7, 1), (7, 7), (10, 4), (15, 10), (100, 33), (4000, 400)])
  func `a part has no sample twice and is spread over the whole set`(total: Int, count: Int) {
    let part = numbered(total).thinned(to: count)
    #expect(part.count == count)
    let chosen = (0..<count).map { Int(part.row($0)[0]) / 2 }
    #expect(Set(chosen).count == count)
    #expect(chosen[0] == 0)
    #expect(zip(chosen, chosen.dropFirst() + [total]).allSatisfy { $1 - $0 <= total / count + 1 })
    #expect(zip(chosen.indices, chosen).allSatisfy { part.labels[$0] == UInt8($1 % 3) })
  }

  @Test func `a part keeps scale, image size and class names, other targets have no names`() {
    let images = SampleSet(
      images: [0, 255, 51, 102, 1, 2], labels: [1, 0, 1], imageSize: ImageSize(height: 2, width: 1),
      classCount: 2, classNames: ["no", "yes"])
    let part = images.thinned(to: 2)
    #expect(part.inputScale == images.inputScale && part.density == 0.75)
    #expect(part.imageSize == ImageSize(height: 2, width: 1) && part.classNames == ["no", "yes"])
    #expect(part.row(0) == images.row(0) && part.row(1) == images.row(1))
    let vectors = images.replacingTargets(.vectors([1, 2, 3], width: 1))
    #expect(vectors.imageSize == images.imageSize && vectors.classNames.isEmpty)
  }

  @Test func `samples may be chosen in any order, and more than once`() {
    let part = numbered(9).selecting([7, 0, 7])
    #expect(part.count == 3 && part.labels == [1, 0, 1])
    #expect((0..<3).map { part.row($0) } == [[14, 15], [0, 1], [14, 15]])
  }

  @Test func `a part keeps vectors`() {
    let set = numbered(6).replacingTargets(.vectors([0, 1, 2, 3, 4, 5], width: 1))
    let part = set.thinned(to: 3)
    #expect((0..<3).map { part.target($0) } == [[0], [2], [4]])
  }

  /// The training digits lie in random order, 400 of each: a part of 400 has 40 of each, and
  /// hardly ever five standard deviations, √(40 · 0.9), more or less.
  @Test func `a part of the digits has some of each`() throws {
    let labels = try classroomDigits().train.thinned(to: 400).labels
    for digit in 0..<10 as Range<UInt8> {
      #expect((10...70).contains(labels.count { $0 == digit }))
    }
  }

  @Test func `no part is larger than the whole`() async {
    await #expect(processExitsWith: .failure) {
      _ = SampleSet(
        images: [0, 1], labels: [0, 0], imageSize: ImageSize(height: 1, width: 1), classCount: 1
      ).thinned(to: 3)
    }
  }
}
