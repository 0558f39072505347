import Communication
import Testing

@Suite struct LaunchedRankTests {
  @Test(
    arguments: [
      ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"],
      ["PMI_RANK": "2", "PMI_SIZE": "4"],
      ["PMIX_RANK": "2", "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "2"],
      // Slurm's own interface beside that of an MPI that one process of the step has started.
      ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1", "PMI_RANK": "2", "PMI_SIZE": "4"],
    ])
  func `a launcher's rank is found in the environment`(environment: [String: String]) throws {
    let launched = try #require(LaunchedRank(environment: environment))
    #expect(launched.rank == 2 && launched.count == 4)
  }

  @Test(
    arguments: [
      [:], ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"],
      ["PMI_RANK": "4", "PMI_SIZE": "4"], ["PMI_RANK": "-1", "PMI_SIZE": "4"],
      ["PMI_SIZE": "4"], ["PMI_RANK": "x", "PMI_SIZE": "4"],
      // A script of Slurm's, whose commands are not started together.
      ["SLURM_NTASKS": "4", "SLURM_PROCID": "0"],
    ])
  func `a process that was started alone has no rank`(environment: [String: String]) {
    #expect(LaunchedRank(environment: environment) == nil)
  }
}
