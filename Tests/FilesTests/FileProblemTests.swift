import Files
import Testing

@Suite struct FileProblemTests {
  @Test func `the evidence is one line`() {
    let problem = FileProblem(
      .wrongData, file: "t10k-labels-idx1-ubyte", place: "byte 8", expected: "a label below 10",
      found: "17", hint: "download the file again")
    #expect(
      "\(problem)" == "t10k-labels-idx1-ubyte: byte 8: expected a label below 10, found 17"
        + "; download the file again")
  }

  @Test func `a place and a hint may be missing`() {
    let problem = FileProblem(.noInput, file: "a", expected: "a file", found: "a folder")
    #expect("\(problem)" == "a: expected a file, found a folder")
  }
}
