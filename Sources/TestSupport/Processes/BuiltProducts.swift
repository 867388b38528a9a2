package import Foundation

/// Where the things under test lie.
package enum BuiltProducts {
    /// The package: the shipped configuration, the examples and the schemas are in it.
    package static let packageFolder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The `waystation` that was built together with the tests: it lies beside the test bundle.
    package static func waystation() throws -> URL {
        let named = ProcessInfo.processInfo.environment["WAYSTATION_EXECUTABLE"].map(
            URL.init(fileURLWithPath:)
        )
        let running = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let executable = named ?? running.deletingLastPathComponent().appendingPathComponent("waystation")
        guard FileManager.default.isExecutableFile(atPath: executable.path) else {
            throw TestFailure(
                "\(executable.path) is not built; run `swift build`, or set WAYSTATION_EXECUTABLE"
            )
        }
        return executable
    }

    /// One of the example orders.
    package static func order(_ name: String) -> URL {
        packageFolder.appendingPathComponent("Examples/broadband/orders/\(name)")
    }
}
