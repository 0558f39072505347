// The front door: `import Lockstep` brings all that a program needs to read digits, train on them, use and keep
// the model, and look at what it learned.

@_exported import Digits
@_exported import struct Files.FileProblem
@_exported import Images
@_exported import Networks
@_exported import Pictures
@_exported import struct Statistics.McNemarTest
@_exported import Training
@_exported import struct Workers.AvailableProcessors
