import Files
import Kernels
import Networks
import Testing

@Suite struct ParametersTests {
  static let architecture = Architecture(
    inputs: 3, hidden: [17], activation: .tanh, outputs: 2, loss: .squaredError)

  @Test func `new parameters are all +0`() {
    let parameters = Parameters(Self.architecture)
    #expect(parameters.bits == [UInt32](repeating: 0, count: 3 * 17 + 17 + 17 * 2 + 2))
  }

  @Test func `tensors are named and laid out as PyTorch's`() {
    let parameters = numbered(Self.architecture)
    let tensors = parameters.tensors(prefix: "best.")
    #expect(
      tensors.map(\.name) == [
        "best.layer0.weight", "best.layer0.bias", "best.layer1.weight", "best.layer1.bias",
      ])
    #expect(tensors.map(\.shape) == [[17, 3], [17], [2, 17], [2]])
    for layer in 0..<2 {
      let inputs = Self.architecture.inputs(ofLayer: layer)
      for output in 0..<Self.architecture.layers[layer].outputs {
        for input in 0..<inputs {
          let value = tensors[2 * layer].values[output * inputs + input]
          #expect(value == Self.number(layer, input, output))
        }
        #expect(tensors[2 * layer + 1].values[output] == Self.number(layer, -1, output))
      }
    }
    #expect(parameters.firstLayerWeights == tensors[0].values)
    #expect(parameters.tensors().map(\.name).first == "layer0.weight")
  }

  @Test func `layers lie one after the other in whole vectors`() {
    let parameters = ParameterMemory(Self.architecture)
    #expect(ParameterMemory.paddedCount(Self.architecture) == 3 * 32 + 32 + 17 * 16 + 16)
    #expect(parameters.offsets(ofLayer: 0) == (weights: 0, biases: 96))
    #expect(parameters.offsets(ofLayer: 1) == (weights: 128, biases: 400))
    let (weights, biases) = (parameters.weights(ofLayer: 0), parameters.biases(ofLayer: 0))
    #expect(weights.rows == 3 && weights.columns == 17 && weights.stride == 32)
    #expect(biases.rows == 1 && biases.columns == 17 && biases.stride == 32)
  }

  @Test(arguments: ["", "velocity."])
  func `tensors give back the parameters, to the bit`(prefix: String) throws {
    var parameters = numbered(Self.architecture)
    parameters.mutableMemory.weights(ofLayer: 0)[1, 16] = Float(bitPattern: 0x7FC1_2345)
    parameters.mutableMemory.biases(ofLayer: 1)[0, 1] = -0.0
    let tensors = parameters.tensors(prefix: prefix)
    let found = try Parameters(
      Self.architecture, tensors: tensors[...], prefix: prefix, file: "")
    #expect(found.bits == parameters.bits)
  }

  @Test func `tensors in the middle of a file are read where they are`() throws {
    let parameters = numbered(Self.architecture)
    let all = Parameters(Self.architecture).tensors() + parameters.tensors(prefix: "best.")
    let found = try Parameters(
      Self.architecture, tensors: all[4..<8], prefix: "best.", file: "")
    #expect(found.bits == parameters.bits)
  }

  @Test func `tensors of another network are refused`() {
    let tensors = Parameters(Self.architecture).tensors()
    func problem(_ tensors: [Safetensors.Tensor]) -> FileProblem? {
      do throws(FileProblem) {
        _ = try Parameters(Self.architecture, tensors: tensors[...], prefix: "", file: "a file")
        return nil
      } catch {
        return error
      }
    }
    #expect(problem(tensors) == nil)
    #expect(
      problem(Array(tensors.dropLast()))
        == FileProblem(
          .wrongData, file: "a file", place: "tensor layer1.bias",
          expected: "shape [2] for the network 3-17-2", found: "no such tensor"))
    #expect(
      problem(tensors + [Safetensors.Tensor(name: "layer2.bias", shape: [1], values: [0])])
        == FileProblem(
          .wrongData, file: "a file", place: "tensors", expected: "4 for the network 3-17-2",
          found: "5"))
    #expect(problem([tensors[1], tensors[3], tensors[2], tensors[0]]) == nil)
    // As many values, transposed.
    let transposed = Safetensors.Tensor(
      name: "layer1.weight", shape: [17, 2], values: tensors[2].values)
    #expect(
      problem([tensors[0], tensors[1], transposed, tensors[3]])
        == FileProblem(
          .wrongData, file: "a file", place: "tensor layer1.weight",
          expected: "shape [2, 17] for the network 3-17-2", found: "shape [17, 2]"))
  }

  @Test func `a copy has the same bits, and neither sees the other change`() {
    var original = numbered(Self.architecture)
    let bits = original.bits
    var copy = original
    #expect(copy.memory === original.memory)
    copy.mutableMemory.weights(ofLayer: 0).clear()
    #expect(copy.bits != bits && original.bits == bits)
    var other = Parameters(Self.architecture)
    other.copyValues(from: original)
    original.mutableMemory.biases(ofLayer: 1).clear()
    #expect(original.bits != bits && other.bits == bits)
  }

  @Test func `parameters that nobody shares change in place`() {
    var parameters = numbered(Self.architecture)
    let memory = ObjectIdentifier(parameters.memory)
    parameters.mutableMemory.weights(ofLayer: 0).clear()
    parameters.copyValues(from: Parameters(Self.architecture))
    #expect(ObjectIdentifier(parameters.memory) == memory)
  }

  // MARK: - Fingerprint

  @Test func `the fingerprint is SHA-256 over the little-endian floats`() {
    // As Python has it: sha256(struct.pack("<6f", 1, -2, 0.5, 1/3, 0, 2**-149)).hexdigest()
    var parameters = Parameters(Architecture(inputs: 2, hidden: [], outputs: 2))
    let weights = parameters.mutableMemory.weights(ofLayer: 0)
    weights[0, 0] = 1
    weights[1, 0] = -2
    weights[0, 1] = 0.5
    weights[1, 1] = 1 / 3
    parameters.mutableMemory.biases(ofLayer: 0)[0, 0] = -0.0
    parameters.mutableMemory.biases(ofLayer: 0)[0, 1] = .leastNonzeroMagnitude
    let digest = "fa5d840971a91215c0e93a6cd209d14f5bd13c3e49c9ccac0724a1de1c9c17a6"
    #expect(parameters.fingerprint == digest)
  }

  @Test func `a zero's sign does not change the fingerprint, any other bit does`() {
    var parameters = Parameters(Architecture(inputs: 1, hidden: [2], outputs: 1))
    parameters.mutableMemory.weights(ofLayer: 0)[0, 0] = 0.75
    let fingerprint = parameters.fingerprint
    let memory = parameters.mutableMemory
    for layer in 0..<2 {
      for matrix in [memory.weights(ofLayer: layer), memory.biases(ofLayer: layer)] {
        for row in 0..<matrix.rows {
          for column in 0..<matrix.columns {
            let old = matrix[row, column]
            for bit in 0..<32 {
              matrix[row, column] = Float(bitPattern: old.bitPattern ^ (1 << bit))
              #expect((parameters.fingerprint == fingerprint) == (old == 0 && bit == 31))
            }
            matrix[row, column] = old
          }
        }
      }
    }
    #expect(parameters.fingerprint == fingerprint)
  }

  @Test func `the fingerprint tells exchanged weights apart`() {
    var parameters = numbered(Self.architecture)
    let fingerprint = parameters.fingerprint
    let weights = parameters.mutableMemory.weights(ofLayer: 1)
    (weights[0, 0], weights[0, 1]) = (weights[0, 1], weights[0, 0])
    #expect(parameters.fingerprint != fingerprint)
  }

  private func numbered(_ architecture: Architecture) -> Parameters {
    var parameters = Parameters(architecture)
    let memory = parameters.mutableMemory
    for layer in architecture.layers.indices {
      let weights = memory.weights(ofLayer: layer)
      let biases = memory.biases(ofLayer: layer)
      for output in 0..<weights.columns {
        for input in 0..<weights.rows {
          weights[input, output] = Self.number(layer, input, output)
        }
        biases[0, output] = Self.number(layer, -1, output)
      }
    }
    return parameters
  }

  private static func number(_ layer: Int, _ input: Int, _ output: Int) -> Float {
    Float(layer * 10_000 + output * 100 + input + 2)
  }
}
