package import Foundation

/// A program that a test starts, watches and signals; it does not outlive the test process.
///
/// What it writes goes to files, so that it never waits for a reader.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum Exit: Sendable, Hashable {
        case code(Int32)
        case signal(Int32)
    }

    private let process: Process
    private let folder: URL
    private let keeper: Keeper
    private let name: String

    private static let outputFile = "output"
    private static let errorsFile = "errors"
    private static let processFile = "process.pid"

    /// Starts it, with this environment added to that of the tests; standard output may go elsewhere than to a file.
    package init(
        _ executable: URL,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: Data? = nil,
        output: FileHandle? = nil,
        folder workFolder: URL = BuiltProducts.packageFolder
    ) throws {
        folder = try TemporaryFolder.make("process")
        keeper = try Keeper(folder: folder, processFiles: [Self.processFile])
        name = ([executable.lastPathComponent] + arguments).joined(separator: " ")
        process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = workFolder
        process.standardInput = FileHandle.nullDevice
        if let input {
            let file = folder.appendingPathComponent("input")
            try input.write(to: file)
            process.standardInput = try FileHandle(forReadingFrom: file)
        }
        let outputFile = try Self.file(folder, Self.outputFile)
        process.standardOutput = output ?? outputFile
        process.standardError = try Self.file(folder, Self.errorsFile)
        try process.run()
        try "\(process.processIdentifier)".write(
            to: folder.appendingPathComponent(Self.processFile),
            atomically: true,
            encoding: .utf8
        )
    }

    deinit {
        if process.isRunning { _ = kill(process.processIdentifier, SIGKILL) }
    }

    private static func file(_ folder: URL, _ name: String) throws -> FileHandle {
        let path = folder.appendingPathComponent(name)
        try Data().write(to: path)
        return try FileHandle(forWritingTo: path)
    }

    package var identifier: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }
    /// What it wrote to standard output so far.
    package var output: String { text(Self.outputFile) }
    /// What it wrote to standard error so far.
    package var errors: String { text(Self.errorsFile) }

    private func text(_ file: String) -> String {
        // The files are there as long as this object is.
        let bytes = (try? Data(contentsOf: folder.appendingPathComponent(file))) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }

    package func signal(_ number: Int32) {
        if process.isRunning { _ = kill(process.processIdentifier, number) }
    }

    /// Waits until it has ended; one that does not is killed, and that is a failure.
    @discardableResult
    package func exit(within seconds: Double) async throws -> Exit {
        do {
            try await eventually("the end of \(name)", seconds: seconds, every: 0.01) { !process.isRunning }
        } catch {
            signal(SIGKILL)
            throw TestFailure("\(error); its last words: \(errors.suffix(2_000))")
        }
        return process.terminationReason == .exit
            ? .code(process.terminationStatus) : .signal(process.terminationStatus)
    }

    /// Waits until it has written that to standard error.
    package func waitForErrors(_ text: String, seconds: Double = 60) async throws {
        try await eventually(
            "\(name) to say '\(text)'; it said: \(errors.suffix(2_000))",
            seconds: seconds
        ) {
            if errors.contains(text) { return true }
            guard process.isRunning else {
                throw TestFailure("\(name) ended without saying '\(text)': \(errors.suffix(2_000))")
            }
            return false
        }
    }
}

/// What a program left that has ended.
package struct FinishedProcess: Sendable {
    package var exit: ChildProcess.Exit
    package var output: String
    package var errors: String
}

extension ChildProcess {
    /// Waits for its end and gives all of it.
    package func finished(within seconds: Double = 60) async throws -> FinishedProcess {
        let exit = try await exit(within: seconds)
        return FinishedProcess(exit: exit, output: output, errors: errors)
    }
}
