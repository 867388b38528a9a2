import Foundation
package import Testing

/// How long tests wait, and blocking waits of their surroundings, which watch processes and ports that send no signal.
package enum Patience {
    /// Every deadline of a wait is multiplied with this: `WAYSTATION_PATIENCE=10` for programs that run under a sanitizer.
    package static let factor: Double = {
        let named = ProcessInfo.processInfo.environment["WAYSTATION_PATIENCE"].flatMap(Double.init) ?? 1
        return min(max(named, 1), 100)
    }()

    /// The time limit of a test or suite.
    package static func minutes(_ count: Int) -> TimeLimitTrait.Duration { .minutes(count * Int(factor)) }

    /// Looks every few milliseconds until the condition holds; false when the time is over first.
    static func wait(seconds: Double, until condition: () throws -> Bool) rethrows -> Bool {
        let deadline = DispatchTime.now() + seconds * factor
        while true {
            if try condition() { return true }
            guard DispatchTime.now() < deadline else { return false }
            // Waits for no descriptor, only for the time.
            _ = poll(nil, 0, 20)
        }
    }
}

/// Whether programs run under a sanitizer: what they take in memory says nothing then.
package enum Sanitizer {
    package static let isOn = ProcessInfo.processInfo.environment["WAYSTATION_SANITIZED"] != nil
}

/// New empty folders in the system's place for temporary files.
enum TemporaryFolder {
    static func make(_ purpose: String) throws -> URL {
        let template = FileManager.default.temporaryDirectory.appendingPathComponent(
            "waystation-\(purpose)-XXXXXX"
        )
        var path = template.path.utf8CString.map { $0 }
        guard mkdtemp(&path) != nil else { throw TestFailure("no temporary folder could be made") }
        return URL(
            fileURLWithPath: String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        )
    }
}
