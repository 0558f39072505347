import Foundation
import Testing
import TestSupport

private let hasPython = (try? run("/usr/bin/env", ["python3", "--version"]).status) == 0

/// What `tools/check-kernels` says of machine code; that the kernels' own passes, CI sees to.
@Suite(.enabled(if: hasPython, "there is no python3")) struct CheckKernelsTests {
  /// A function with a loop of eight chains that reads a line at %rsi in every step.
  private func loop(
    register: String = "zmm", operation: String = "vfmadd231ps", _ more: [String] = [],
    behindLoop: [String] = ["retq"]
  ) -> String {
    let chains = (0..<8).map { chain in
      let memory = operation.hasSuffix("ps") ? "\(64 * chain)(%rsi)" : "%\(register)12"
      return "\(operation)\t\(memory), %\(register)10, %\(register)\(chain)"
    }
    return listing(
      ["vxorps\t%xmm0, %xmm0, %xmm0"] + chains + more
        + ["addq\t$0x200, %rsi", "decq\t%rcx", "jne\t0x4 <kernel+0x4>"] + behindLoop)
  }

  /// Instructions of four bytes each, as llvm-objdump prints them.
  private func listing(_ instructions: [String]) -> String {
    (["0000000000000000 <kernel>:"]
      + instructions.enumerated().map { "    \(String(4 * $0, radix: 16)):      \t\($1)" })
      .joined(separator: "\n") + "\n"
  }

  private func check(_ listing: String, width: Int = 512) throws -> Run {
    let folder = try TemporaryFolder()
    let file = try folder.write(listing, to: "listing")
    return try run(
      packageRoot.appendingPathComponent("tools/check-kernels").path,
      ["--listing", file, "--width", "\(width)"])
  }

  @Test func `a loop whose sums stay in registers passes`() throws {
    let result = try check(loop())
    #expect(result.status == 0, "\(result.output + result.errors)")
  }

  @Test(arguments: ["0x40(%rsp)", "(%rdx)", "0x80(%rdx,%r8,4)"])
  func `sums stored in every step are a fault`(place: String) throws {
    let result = try check(loop(["vmovups\t%zmm0, \(place)", "vmovups\t%zmm1, \(place)"]))
    #expect(result.status == 1)
    #expect(result.output.contains("2 sums stored beside 8 multiply-adds: kernel"))
  }

  @Test func `results and values put aside are no sums`() throws {
    let results = loop(["vmovups\t%zmm0, 0x40(%rsi)", "vmovups\t%zmm0, (%rdx,%rcx,4)"])
    #expect(try check(results).status == 0)
    let aside = loop(["vmovaps\t%zmm0, 0x40(%rsp)", "vaddps\t0x40(%rsp), %zmm1, %zmm2"])
    #expect(try check(aside).status == 0)
    let carried = loop(["vaddps\t0x40(%rsp), %zmm1, %zmm2", "vmovaps\t%zmm2, 0x40(%rsp)"])
    #expect(try check(carried).status == 1)
  }

  @Test func `narrower vectors than the target has are a fault`() throws {
    let half = try check(loop(register: "ymm"))
    #expect(half.status == 1)
    #expect(half.output.contains("8 of 8 multiply-adds are of 256 bits: kernel"))
    #expect(try check(loop(register: "ymm"), width: 256).status == 0)
    let scalar = try check(loop(register: "xmm", operation: "vfmadd231ss"), width: 256)
    #expect(scalar.output.contains("8 of 8 multiply-adds are of 32 bits"))
  }

  @Test func `tiles stored in every step are a fault`() throws {
    func check(_ stores: [String], after: [String] = []) throws -> Run {
      try self.check(
        listing(
          [
            "tilezero\t%tmm0", "tileloadd\t(%rsi,%r8), %tmm4", "tileloadd\t(%rdi,%r9), %tmm6",
            "tdpbf16ps\t%tmm6, %tmm4, %tmm0",
          ] + stores
            + ["addq\t$0x40, %rsi", "decq\t%rcx", "jne\t0x4 <kernel+0x4>"] + after + ["retq"]))
    }
    let sound = try check([], after: ["tilestored\t%tmm0, (%rdx,%r10)"])
    #expect(sound.status == 0, "\(sound.output + sound.errors)")
    let spilling = try check(["tilestored\t%tmm0, (%rsp,%r10)"])
    #expect(spilling.status == 1)
    #expect(spilling.output.contains("1 tiles or sums stored beside 1 products of tiles: kernel"))
  }

  /// A branch that is seldom taken lies behind the function and jumps back into it.
  @Test func `a jump backwards alone is no loop`() throws {
    let chains = (0..<8).map { "vfmadd231ps\t\(64 * $0)(%rsi), %zmm10, %zmm\($0)" }
    let straight = listing(
      ["testq\t%rdi, %rdi", "je\t0x30 <kernel+0x30>"] + chains
        + ["vmovups\t%zmm0, 0x40(%rsp)", "retq", "movq\t$0x1, %rdi", "jmp\t0x8 <kernel+0x8>"])
    let result = try check(
      straight + loop().replacingOccurrences(of: "<kernel>:", with: "<other>:"))
    #expect(result.status == 0, "\(result.output)")
  }

  @Test func `nothing to look at is a fault`() throws {
    let result = try check(listing(["vxorps\t%xmm0, %xmm0, %xmm0", "retq"]))
    #expect(result.status == 1 && result.output.contains("are these the kernels?"))
  }
}
