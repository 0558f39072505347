// swift-tools-version: 6.2
import PackageDescription

// The processor that the vector code is compiled for. `native` is the machine that builds; name a
// level for a binary that has to run elsewhere: `LOCKSTEP_CPU=x86-64-v3 swift build -c release`.
let processor = Context.environment["LOCKSTEP_CPU"] ?? "native"

/// The compiler's flags for it. A name tells its architecture, whatever the host's is, so that
/// `LOCKSTEP_CPU=x86-64-v3` means the same on an arm64 host.
let processorFlags: [String] = {
  let namesOfARM = ["apple-", "armv", "cortex-", "neoverse-", "ampere"]
  guard processor == "native" else {
    let isARM = namesOfARM.contains { processor.hasPrefix($0) }
    return ["-Xcc", isARM ? "-mcpu=\(processor)" : "-march=\(processor)"]
  }
  #if arch(arm64)
    return []
  #else
    return ["-Xcc", "-march=native"]
  #endif
}()

/// Everything but the vector code is checked Swift.
let checked: [SwiftSetting] = [
  .strictMemorySafety(), .enableUpcomingFeature("MemberImportVisibility"),
]

/// `Kernels` and `LayerKernels` are vector code: built for the processor, without overflow checks,
/// and never inlined into modules that are built for a lesser one. The `@inlinable` functions of
/// `Kernels` are for `LayerKernels`, which its generic loops are specialized in.
let vectorCode: [SwiftSetting] = [
  .unsafeFlags(["-Ounchecked", "-disable-cmo"] + processorFlags)
]

/// The files of the pages for a browser.
let pageFiles = [
  "report.html", "report.css", "figures.css", "print.css", "comparison.html", "comparison.css",
  "dom.js", "resampling.js", "ink.js", "parts.js", "preparation.js", "network.js", "strokes.js",
  "sprite.js", "theme.js", "colors.js", "charts.js", "learning.js", "calibration.js",
  "confusion.js",
  "mistakes.js", "history.js", "features.js", "verdict.js", "drawing.js", "facts.js", "main.js",
  "comparison.js", "course.html", "course.css", "course.js", "formulas.json",
]

let package = Package(
  name: "Lockstep",
  // `InlineArray` needs macOS 26.
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Lockstep", targets: ["Lockstep"]),
    .executable(name: "lockstep", targets: ["LockstepCommand"]),
    .library(name: "Images", targets: ["Images"]),
    .library(name: "Digits", targets: ["Digits"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Pictures", targets: ["Pictures"]),
    .library(name: "Graphs", targets: ["Graphs"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Trainings by several processes, which mpirun starts.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", "1.5.0"..<"1.9.0")
  ],
  targets: [
    // System libraries
    .systemLibrary(
      name: "CLibPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CMPI", pkgConfig: Context.environment["LOCKSTEP_MPI"] ?? "mpi-c",
      providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),

    // What every layer stands on
    .target(name: "CProcessor"),
    .target(name: "NumberText", swiftSettings: checked),
    .target(name: "Statistics", swiftSettings: checked),
    .target(name: "Files", dependencies: ["CProcessor", "NumberText"], swiftSettings: checked),
    .target(name: "Workers", dependencies: ["CProcessor"], swiftSettings: checked),
    .target(
      name: "Images", dependencies: ["Files", "NumberText", "CLibPNG", "CZlib"],
      swiftSettings: checked),
    .target(name: "Randomness", swiftSettings: checked),

    // Arithmetic, networks, training
    .target(name: "Kernels", dependencies: ["CProcessor"], swiftSettings: vectorCode),
    .target(name: "Communication", dependencies: ["Kernels"], swiftSettings: checked),
    .target(
      name: "MPIRanks",
      dependencies: [
        "Communication", "Kernels", "Files",
        .target(name: "CMPI", condition: .when(traits: ["MPI"])),
      ],
      swiftSettings: checked),
    .target(
      name: "LayerKernels", dependencies: ["Kernels", "CProcessor"], swiftSettings: vectorCode),
    .target(
      name: "Networks",
      dependencies: ["LayerKernels", "Kernels", "Randomness", "Images", "Files", "NumberText"],
      swiftSettings: checked),
    .target(
      name: "Training",
      dependencies: [
        "LayerKernels", "Kernels", "Communication", "Networks", "Randomness", "Images", "Workers",
        "Files", "Statistics",
      ],
      swiftSettings: checked),

    // The arithmetic of speed-up: times in, laws and predictions out
    .target(name: "Scaling", dependencies: ["Workers", "Statistics"], swiftSettings: checked),

    // Data and pictures: they know no networks
    .target(
      name: "Digits",
      dependencies: ["Images", "Randomness", "Files", "Workers", "NumberText", "CZlib"],
      swiftSettings: checked),
    .target(name: "Pictures", dependencies: ["Images", "NumberText"], swiftSettings: checked),

    // The course: its computation graph, the naive judges of networks, and its demonstrations on
    // the real trainer
    .target(name: "Graphs", swiftSettings: checked),
    .target(
      name: "Reference", dependencies: ["Graphs", "Networks", "LayerKernels", "Kernels"],
      swiftSettings: checked),
    .target(
      name: "Lecture",
      dependencies: [
        "Graphs", "Reference", "Networks", "Training", "Communication", "Scaling", "LayerKernels",
        "Kernels", "Randomness", "Images", "Statistics", "Pictures", "NumberText",
      ],
      swiftSettings: checked),

    // The front door for programs, and the command on top of it
    .target(
      name: "Lockstep",
      dependencies: [
        "Digits", "Networks", "Training", "Communication", "Pictures", "Images", "Files", "Workers",
        "Kernels", "Randomness", "Statistics", "NumberText", "CProcessor",
      ],
      swiftSettings: checked),

    // The pages of a run, of runs side by side and of the course. Their HTML, CSS and JavaScript are
    // files of their own, embedded in the binary
    .target(
      name: "Reports",
      dependencies: [
        "Lockstep", "Digits", "Networks", "Training", "Images", "Pictures", "Statistics", "Files",
        "NumberText", "Lecture",
      ],
      resources: pageFiles.map { .embedInCode("Page/\($0)") },
      swiftSettings: checked),
    .executableTarget(
      name: "LockstepCommand",
      dependencies: [
        "Lockstep", "CProcessor", "Files", "Workers", "Images", "Randomness", "Kernels", "Digits",
        "Networks", "Training", "Communication", "MPIRanks", "Scaling", "Statistics", "NumberText",
        "Pictures", "Graphs", "Lecture", "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "tools/lockstep", swiftSettings: checked),

    // Tests mirror the modules; `ToolTests` runs the built command
    .target(
      name: "TestSupport", dependencies: ["Digits"], path: "Tests/TestSupport",
      swiftSettings: checked),
    .target(
      name: "KernelsTestSupport", dependencies: ["Kernels", "TestSupport"],
      path: "Tests/KernelsTestSupport"),
    .testTarget(name: "NumberTextTests", dependencies: ["NumberText"]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "TestSupport"]),
    .testTarget(name: "FilesTests", dependencies: ["Files", "NumberText", "TestSupport"]),
    .testTarget(name: "CommunicationTests", dependencies: ["Communication", "Kernels"]),
    .testTarget(name: "WorkersTests", dependencies: ["Workers", "TestSupport"]),
    .testTarget(
      name: "ImagesTests", dependencies: ["Images", "Files", "CLibPNG", "CZlib", "TestSupport"]),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "KernelsTestSupport", "TestSupport"]),
    .testTarget(
      name: "LayerKernelsTests",
      dependencies: ["LayerKernels", "Kernels", "Randomness", "KernelsTestSupport", "TestSupport"]),
    .testTarget(
      name: "DigitsTests", dependencies: ["Digits", "Images", "Files", "CZlib", "TestSupport"]),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "Networks", "LayerKernels", "Kernels", "Randomness", "Images", "Files", "Reference",
        "TestSupport",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Networks", "LayerKernels", "Communication", "Kernels", "Randomness", "Images",
        "Digits", "Files", "Workers", "TestSupport",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "LockstepTests",
      dependencies: ["Lockstep", "Randomness", "Files", "Statistics", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Reports", "Lockstep", "Digits", "Networks", "Training", "Images", "Pictures", "Files",
        "Lecture", "TestSupport",
      ]),
    .testTarget(
      name: "ScalingTests", dependencies: ["Scaling", "Statistics", "Workers", "TestSupport"]),
    .testTarget(name: "PicturesTests", dependencies: ["Pictures", "Images", "TestSupport"]),
    .testTarget(name: "GraphsTests", dependencies: ["Graphs"]),
    .testTarget(
      name: "ReferenceTests", dependencies: ["Reference", "Graphs", "Networks", "TestSupport"]),
    .testTarget(
      name: "LectureTests",
      dependencies: [
        "Lecture", "Graphs", "Reference", "Networks", "Training", "Kernels", "Randomness",
        "Images", "Statistics", "Digits", "Pictures", "TestSupport",
      ]),
    .testTarget(
      name: "ToolTests",
      dependencies: [
        "LockstepCommand", "Lockstep", "Digits", "Networks", "Training", "Pictures", "Images",
        "Files", "CZlib", "TestSupport",
      ],
      exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)

// `LOCKSTEP_DOCS=1 swift package generate-documentation` needs a plugin that no other build fetches.
if Context.environment["LOCKSTEP_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}

// `tools/fuzz/run` sets `LOCKSTEP_FUZZ`: the modules that read files count the edges that an input takes,
// and a program is built that gives them libFuzzer's inputs.
if Context.environment["LOCKSTEP_FUZZ"] != nil {
  let readers = ["Files", "NumberText", "Images", "Digits", "Networks", "Training", "Lockstep"]
  for target in package.targets where readers.contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-sanitize=fuzzer"])]
  }
  package.targets.append(
    .executableTarget(
      name: "FuzzTargets",
      dependencies: [
        "Lockstep", "Digits", "Images", "Networks", "Training", "Pictures", "Files", "CZlib",
      ],
      path: "tools/fuzz/Targets",
      swiftSettings: checked,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
}
