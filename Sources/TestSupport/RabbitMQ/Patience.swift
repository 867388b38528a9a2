import Foundation

/// Blocking waits of the test surroundings, which watch processes and ports that send no signal.
enum Patience {
    /// Looks every few milliseconds until the condition holds; false when the time is over first.
    static func wait(seconds: Double, until condition: () throws -> Bool) rethrows -> Bool {
        let deadline = DispatchTime.now() + seconds
        while true {
            if try condition() { return true }
            guard DispatchTime.now() < deadline else { return false }
            // Waits for no descriptor, only for the time.
            _ = poll(nil, 0, 20)
        }
    }
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
