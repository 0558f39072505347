import Digits
import Statistics

/// Two runs of a comparison, tested on the same test images.
public struct ComparedPair: Sendable {
  /// What came of the test.
  public enum Outcome: Sendable {
    /// McNemar's test, with the numbers of images that both networks name right, or neither.
    case tested(McNemarTest, bothRight: Int, bothWrong: Int)
    /// Why there is no test, as a clause.
    case refused(String)
  }

  /// The place of the first run among those of the comparison.
  public let first: Int
  /// The place of the second run.
  public let second: Int
  /// The test, or why there is none.
  public let outcome: Outcome

  init(first: Int, second: Int, of runs: [ComparedRun]) {
    self.first = first
    self.second = second
    guard let one = runs[first].answers, let other = runs[second].answers else {
      outcome = .refused("the test images were not found")
      return
    }
    guard one.testSet.isSame(as: other.testSet) else {
      outcome = .refused(
        "the networks were tested on different images: "
          + "\(one.testSet.inWords) and \(other.testSet.inWords)")
      return
    }
    let (ofOne, ofOther) = (one.isRight, other.isRight)
    func count(_ first: Bool, _ second: Bool) -> Int {
      zip(ofOne, ofOther).count { $0 == first && $1 == second }
    }
    outcome = .tested(
      McNemarTest(onlyFirst: count(true, false), onlySecond: count(false, true)),
      bothRight: count(true, true), bothWrong: count(false, false))
  }
}

extension ComparedRun.Answers {
  /// Whether the network names each image right.
  var isRight: [Bool] { zip(predictions, truths).map { $0 == $1 } }
}

extension ComparedRun.TestSet {
  /// The set by name and content.
  fileprivate var inWords: String {
    "\(name) (images \(digests.testImages.prefix(8))…, labels \(digests.testLabels.prefix(8))…)"
  }
}

/// A set of test images, and those on which the networks that were asked about it disagree.
public struct ComparedTestSet: Sendable {
  /// An image that not all networks name alike.
  public struct Disagreement: Encodable, Equatable, Sendable {
    /// Its place in the test set, from 0 on.
    public let image: Int
    /// The name of its true class.
    public let truth: String
    /// The name that each network gives it, in the order of the set's `runs`.
    public let predictions: [String]
  }

  /// The images, as the first of the networks takes them.
  public let testSet: ComparedRun.TestSet
  /// The places of the runs among those of the comparison.
  public let runs: [Int]
  /// The images on which they disagree, by their place in the set.
  public let disagreements: [Disagreement]

  /// The test sets of runs, each with all its runs.
  static func all(of runs: [ComparedRun]) -> [ComparedTestSet] {
    var groups: [(answers: ComparedRun.Answers, runs: [Int])] = []
    for (index, run) in runs.enumerated() {
      guard let answers = run.answers else { continue }
      let known = groups.firstIndex { $0.answers.testSet.isSame(as: answers.testSet) }
      if let known {
        groups[known].runs.append(index)
      } else {
        groups.append((answers, [index]))
      }
    }
    return groups.map { group in
      let predictions = group.runs.compactMap { runs[$0].answers?.predictions }
      let disagreements = group.answers.truths.enumerated().compactMap { image, truth in
        let named = predictions.map { $0[image] }
        return Set(named).count > 1
          ? Disagreement(image: image, truth: truth, predictions: named) : nil
      }
      return ComparedTestSet(
        testSet: group.answers.testSet, runs: group.runs, disagreements: disagreements)
    }
  }
}
