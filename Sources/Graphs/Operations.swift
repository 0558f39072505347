import Foundation

// Every operation beside its derivatives. Value by value, what has one row or one column (a bias, a
// number) is repeated to the size of the other operand, and its error signal summed over it.

extension Node {
  /// v = a + b: ā = v̄, b̄ = v̄.
  public static func + (a: Node, b: Node) -> Node { a.with(b, "+", +) { _, _ in (1, 1) } }

  /// v = a − b: ā = v̄, b̄ = −v̄.
  public static func - (a: Node, b: Node) -> Node { a.with(b, "−", -) { _, _ in (1, -1) } }

  /// v = a ∘ b: ā = v̄ ∘ b, b̄ = v̄ ∘ a.
  public static func * (a: Node, b: Node) -> Node { a.with(b, "∘", *) { a, b in (b, a) } }

  /// v = a / b: ā = v̄ / b, b̄ = −v̄ ∘ a / b².
  public static func / (a: Node, b: Node) -> Node {
    a.with(b, "/", /) { a, b in (1 / b, -a / (b * b)) }
  }

  /// v = −a: ā = −v̄.
  public static prefix func - (a: Node) -> Node { a.each("−", -) { _, _ in -1 } }

  // A number as an operand is a constant of the graph.

  /// v = a + b for a number a.
  public static func + (a: Double, b: Node) -> Node { b.graph.constant(a) + b }
  /// v = a + b for a number b.
  public static func + (a: Node, b: Double) -> Node { a + a.graph.constant(b) }
  /// v = a − b for a number a.
  public static func - (a: Double, b: Node) -> Node { b.graph.constant(a) - b }
  /// v = a − b for a number b.
  public static func - (a: Node, b: Double) -> Node { a - a.graph.constant(b) }
  /// v = a ∘ b for a number a.
  public static func * (a: Double, b: Node) -> Node { b.graph.constant(a) * b }
  /// v = a ∘ b for a number b.
  public static func * (a: Node, b: Double) -> Node { a * a.graph.constant(b) }
  /// v = a / b for a number a.
  public static func / (a: Double, b: Node) -> Node { b.graph.constant(a) / b }
  /// v = a / b for a number b.
  public static func / (a: Node, b: Double) -> Node { a / a.graph.constant(b) }
}

/// v = a b, the matrix product: ā = v̄ bᵀ, b̄ = aᵀ v̄.
public func matrixProduct(_ a: Node, _ b: Node) -> Node {
  let operation = Operation(name: "·", forward: { .product($0[0], $0[1]) }) { error, parents, _ in
    [.product(error, parents[1].transposed), .product(parents[0].transposed, error)]
  }
  return a.graph.node(operation, a, b)
}

/// v = aᵀ: ā = v̄ᵀ.
public func transpose(_ a: Node) -> Node {
  let operation = Operation(name: "transpose", forward: { $0[0].transposed }) { error, _, _ in
    [error.transposed]
  }
  return a.graph.node(operation, a)
}

/// v = Σ aᵢⱼ: āᵢⱼ = v̄.
public func sum(_ a: Node) -> Node { a.total("sum", weight: 1) }

/// v = (1/n) Σ aᵢⱼ over all n values: āᵢⱼ = v̄/n.
public func mean(_ a: Node) -> Node { a.total("mean", weight: 1 / Double(a.value.values.count)) }

// MARK: - Elementary functions, value by value

/// y = eˣ: x̄ = ȳ y.
public func exp(_ x: Node) -> Node { x.each("exp", Foundation.exp) { _, y in y } }

/// y = log x, the natural logarithm: x̄ = ȳ/x.
public func log(_ x: Node) -> Node { x.each("log", Foundation.log) { x, _ in 1 / x } }

/// y = cos x: x̄ = −ȳ sin x.
public func cos(_ x: Node) -> Node {
  x.each("cos", Foundation.cos) { x, _ in -Foundation.sin(x) }
}

/// y = sin x: x̄ = ȳ cos x.
public func sin(_ x: Node) -> Node {
  x.each("sin", Foundation.sin) { x, _ in Foundation.cos(x) }
}

/// y = xᵖ for a constant p: x̄ = ȳ p xᵖ⁻¹.
public func power(_ x: Node, _ p: Double) -> Node {
  // The slope of x⁰ is 0 everywhere; p xᵖ⁻¹ would be 0 · ∞ at 0.
  x.each(String(format: "^%g", p), { pow($0, p) }) { x, _ in p == 0 ? 0 : p * pow(x, p - 1) }
}

// MARK: - Activations (lecture C2)

/// y = z: z̄ = ȳ.
public func identity(_ z: Node) -> Node { z.each("identity", { $0 }) { _, _ in 1 } }

/// y = max(0, z): z̄ = ȳ where z > 0, else 0.
public func relu(_ z: Node) -> Node { z.each("relu", { max(0, $0) }) { z, _ in z > 0 ? 1 : 0 } }

/// y = log(1 + eᶻ): z̄ = ȳ σ(z).
public func softplus(_ z: Node) -> Node { z.each("softplus", softplus) { z, _ in logistic(z) } }

/// y = 1 where z > 0, else 0: z̄ = 0, the derivative wherever there is one.
public func threshold(_ z: Node) -> Node { z.each("threshold", { $0 > 0 ? 1 : 0 }) { _, _ in 0 } }

/// y = 1 where z > 0, else 0, with the straight-through estimate z̄ = ȳ where |z| ≤ 1, else 0
/// (Bengio, Léonard, Courville 2013): no derivative, but something to learn from.
public func straightThroughThreshold(_ z: Node) -> Node {
  z.each("threshold", { $0 > 0 ? 1 : 0 }) { z, _ in abs(z) <= 1 ? 1 : 0 }
}

/// y = σ(z) = 1/(1 + e⁻ᶻ): z̄ = ȳ y (1 − y).
public func logistic(_ z: Node) -> Node { z.each("logistic", logistic) { _, y in y * (1 - y) } }

/// y = tanh z: z̄ = ȳ (1 − y²).
public func tanh(_ z: Node) -> Node { z.each("tanh", Foundation.tanh) { _, y in 1 - y * y } }

// MARK: - Losses (lecture C4), one for each row of outputs

/// L = ½ Σ (yₖ − tₖ)²: ȳ = L̄ (y − t), t̄ = −ȳ.
public func squaredError(_ y: Node, targets t: Node) -> Node {
  y.loss("squared error", t) { y, t in
    let errors = zip(y, t).map { $0 - $1 }
    return (errors.reduce(0) { $0 + $1 * $1 / 2 }, errors, errors.map { -$0 })
  }
}

/// L = −Σ tₖ log yₖ with y = softmax(z): z̄ = L̄ (y Σ tₖ − t), t̄ = −L̄ log y.
public func softmaxCrossEntropy(_ z: Node, targets t: Node) -> Node {
  z.loss("softmax cross-entropy", t) { z, t in
    // From z − max z, so that no exponential overflows.
    let largest = z.max() ?? 0
    let norm = largest + Foundation.log(z.reduce(0) { $0 + Foundation.exp($1 - largest) })
    let logarithms = z.map { $0 - norm }
    let total = t.reduce(0, +)
    return (
      -zip(logarithms, t).reduce(0) { $0 + $1.0 * $1.1 },
      zip(logarithms, t).map { total * Foundation.exp($0) - $1 }, logarithms.map { -$0 }
    )
  }
}

/// L = −Σ (tₖ log yₖ + (1 − tₖ) log(1 − yₖ)) with y = σ(z): z̄ = L̄ (y − t), t̄ = −L̄ z.
public func logisticCrossEntropy(_ z: Node, targets t: Node) -> Node {
  z.loss("logistic cross-entropy", t) { z, t in
    // −log y = softplus(−z) and −log(1 − y) = softplus(z), so that L = Σ softplus(z) − t z.
    (
      zip(z, t).reduce(0) { $0 + softplus($1.0) - $1.1 * $1.0 },
      zip(z, t).map { logistic($0) - $1 }, z.map { -$0 }
    )
  }
}

// MARK: - Formulas that do not overflow

private func logistic(_ z: Double) -> Double {
  z >= 0 ? 1 / (1 + Foundation.exp(-z)) : Foundation.exp(z) / (1 + Foundation.exp(z))
}

private func softplus(_ z: Double) -> Double { max(z, 0) + log1p(Foundation.exp(-abs(z))) }
