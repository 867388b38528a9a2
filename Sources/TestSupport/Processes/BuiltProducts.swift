package import Foundation

/// Where the things under test lie.
package enum BuiltProducts {
    /// The package: the shipped configuration, the examples and the schemas are in it.
    package static let packageFolder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The `waystation` that was built together with the tests: it lies beside the test bundle.
    package static func waystation() throws -> URL {
        try executable("waystation", unless: "WAYSTATION_EXECUTABLE")
    }

    /// The `simulate` that was built together with the tests, or another build of it that the environment names.
    package static func simulate() throws -> URL { try executable("simulate", unless: "WAYSTATION_SIMULATE") }

    /// The `soak` that was built together with the tests.
    package static func soak() throws -> URL { try executable("soak", unless: "WAYSTATION_SOAK") }

    /// Another executable that was built together with the one that runs.
    package static func executable(_ name: String) throws -> URL {
        let running = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return try existing(running.deletingLastPathComponent().appendingPathComponent(name))
    }

    private static func executable(_ name: String, unless variable: String) throws -> URL {
        guard let named = ProcessInfo.processInfo.environment[variable] else { return try executable(name) }
        return try existing(URL(fileURLWithPath: named))
    }

    private static func existing(_ executable: URL) throws -> URL {
        guard FileManager.default.isExecutableFile(atPath: executable.path) else {
            throw TestFailure("\(executable.path) is not built; run `swift build`")
        }
        return executable
    }

    /// One of the example orders.
    package static func order(_ name: String) -> URL {
        packageFolder.appendingPathComponent("Examples/broadband/orders/\(name)")
    }
}
