import Foundation

/// The folder with RabbitMQ's own scripts; the ones on the path change the user and share a cookie.
struct RabbitMQInstallation {
    let folder: URL

    func tool(_ name: String) -> URL { folder.appendingPathComponent(name) }

    /// Looks where `RABBITMQ_SBIN` says, and then where packages put it.
    static func find() -> RabbitMQInstallation? {
        var candidates: [URL] = []
        if let named = ProcessInfo.processInfo.environment["RABBITMQ_SBIN"] {
            candidates.append(URL(fileURLWithPath: named))
        }
        for parent in ["/usr/lib/rabbitmq/lib", "/opt/rabbitmq/lib", "/opt"] {
            // A folder that is not there holds no broker.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
            for name in names.sorted().reversed() where name.hasPrefix("rabbitmq_server-") {
                candidates.append(
                    URL(fileURLWithPath: parent).appendingPathComponent(name).appendingPathComponent("sbin")
                )
            }
        }
        candidates.append(URL(fileURLWithPath: "/opt/rabbitmq/sbin"))
        return candidates.map(RabbitMQInstallation.init).first {
            FileManager.default.isExecutableFile(atPath: $0.tool("rabbitmq-server").path)
        }
    }
}

/// Why a test's surroundings could not be made, or what it waited for in vain.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// Runs a program to its end.
enum Command {
    /// Gives what it wrote to its output; throws with what it wrote in all when it failed.
    @discardableResult
    static func run(
        _ executable: URL,
        _ arguments: [String],
        environment: [String: String]? = nil,
        folder: URL? = nil
    ) throws -> String {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        if let environment { process.environment = environment }
        if let folder { process.currentDirectoryURL = folder }
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("\(executable.lastPathComponent) \(arguments.joined(separator: " ")): \(text)")
        }
        return text
    }
}
