/// The rank of a process among those that a launcher such as mpirun has started, as its environment tells.
package struct LaunchedRank: Equatable, Sendable {
  /// 0 ..< `count`.
  package let rank: Int
  /// The number of processes, at least 2.
  package let count: Int

  /// Looks for the variables of Open MPI, of MPICH's and Intel's Hydra, and of Slurm with PMIx; nil where no
  /// launcher has started several processes.
  ///
  /// - Parameter environment: the variables by name.
  package init?(environment: [String: String]) {
    let names = [
      ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
      ("PMIX_RANK", "SLURM_STEP_NUM_TASKS"),
    ]
    for (rankName, countName) in names {
      guard let rank = environment[rankName].flatMap({ Int($0) }),
        let count = environment[countName].flatMap({ Int($0) }), count > 1,
        (0..<count).contains(rank)
      else { continue }
      (self.rank, self.count) = (rank, count)
      return
    }
    return nil
  }
}
