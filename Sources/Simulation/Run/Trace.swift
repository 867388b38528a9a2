/// What happened in a run, line by line, and a digest of it that tells two runs apart.
package final class Trace {
    private let write: ((String) -> Void)?
    /// Changes with every step; equal for equal runs.
    package private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325

    package init(write: ((String) -> Void)? = nil) { self.write = write }

    /// Whether lines are wanted.
    package var isOn: Bool { write != nil }

    func note(_ line: @autoclosure () -> String) { write?(line()) }

    func mix(_ value: Int) { digest = (digest ^ UInt64(bitPattern: Int64(value))) &* 0x100_0000_01b3 }
}
