/// The product of sizes that a file announces, or nil where it does not fit.
package func checkedProduct(_ sizes: [Int]) -> Int? {
  var result = 1
  for size in sizes {
    let (next, overflow) = result.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    result = next
  }
  return result
}
