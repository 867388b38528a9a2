import Foundation

/// The fuzzer's loop in the toolchain's runtime; `main` stays ours.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ argumentCount: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The target under test; set once, before the fuzzer runs, and read by its callback on the same thread.
nonisolated(unsafe) private var target: (any FuzzTarget)?

private func tell(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
}

private func fail(_ text: String) -> Never {
    tell(text)
    exit(2)
}

guard CommandLine.arguments.count > 1, let kind = FuzzTargets.all[CommandLine.arguments[1]] else {
    let names = FuzzTargets.all.keys.sorted().joined(separator: "|")
    fail("usage: fuzz (\(names)) [libFuzzer flags] [folders or files]")
}
do { target = try kind.init() } catch { fail("\(error)") }

// The fuzzer sees what stands behind the target's name.
private var argumentCount = CommandLine.argc - 1
private var arguments = CommandLine.unsafeArgv + 1
arguments[0] = CommandLine.unsafeArgv[0]
exit(
    runFuzzer(&argumentCount, &arguments) { start, count in
        do {
            try target?.read(Array(UnsafeBufferPointer(start: start, count: count)))
        } catch {
            tell("finding: \(error)")
            abort()
        }
        return 0
    }
)
