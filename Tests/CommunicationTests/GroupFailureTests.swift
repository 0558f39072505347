import Communication
import Testing

@Suite struct GroupFailureTests {
  @Test func `the members that differ are those outside the largest number of equals`() {
    #expect(ranksThatDiffer([[1], [1], [1]]) == [])
    #expect(ranksThatDiffer([[1], [2], [1]]) == [1])
    #expect(ranksThatDiffer([[2], [1], [1], [3]]) == [0, 3])
    #expect(ranksThatDiffer([[1], [2]]) == [1], "among equal numbers, rank 0 is right")
  }

  @Test func `a failure names rank, machine and epoch`() {
    let lost = GroupFailure.lost(rank: 2, machine: "node7", reason: "is gone")
    #expect(lost.description == "rank 2 on node7 is gone")
    let different = GroupFailure.differentWeights(ranks: [1, 3], epoch: 4).description
    #expect(different.contains("epoch 4") && different.contains("ranks 1, 3"))
  }
}
