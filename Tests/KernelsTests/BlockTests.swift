import Kernels
import KernelsTestSupport
import Testing

@Suite struct BlockTests {
  @Test(arguments: uglySizes)
  func `a new block is all +0`(count: Int) {
    let floats = Block<Float>(count: count)
    #expect(floats.count == count)
    #expect((0..<count).allSatisfy { floats[$0].bitPattern == 0 })
    let doubles = Block<Double>(count: count)
    #expect((0..<count).allSatisfy { doubles[$0].bitPattern == 0 })
    let integers = Block<Int32>(count: count)
    #expect((0..<count).allSatisfy { integers[$0] == 0 })
  }

  @Test func `a copy holds the same bits and shares no memory`() {
    let bits: [UInt32] = [0x8000_0000, 0x7FC1_2345, 1, 0xFF80_0000]
    let original = Block<Float>(count: bits.count)
    for index in bits.indices { original[index] = Float(bitPattern: bits[index]) }
    let copy = Block<Float>(count: bits.count)
    copy.copy(from: original)
    #expect(bits.indices.map { copy[$0].bitPattern } == bits)
    copy[0] = 5
    #expect(original[0].bitPattern == bits[0])
  }
}
