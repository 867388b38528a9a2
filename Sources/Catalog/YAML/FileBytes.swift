internal import Foundation

/// Reads small files whole.
enum FileBytes {
    static func read(_ path: String) throws(UnreadableFile) -> [UInt8] {
        let tooLarge = UnreadableFile(
            reason: "is too large",
            suggestion: "it may have \(YAMLGuard.bytesMax) bytes at most"
        )
        guard FileManager.default.fileExists(atPath: path) else {
            throw UnreadableFile(reason: "is not there", suggestion: "check its path")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw UnreadableFile(reason: "cannot be opened", suggestion: "check its permissions")
        }
        let data: Data
        do {
            defer { try? handle.close() }  // Only read: nothing is lost when closing fails.
            data = try handle.read(upToCount: YAMLGuard.bytesMax + 1) ?? Data()
        } catch {
            throw UnreadableFile(
                reason: "cannot be read",
                suggestion: "check that it is a file and its permissions"
            )
        }
        guard data.count <= YAMLGuard.bytesMax else { throw tooLarge }
        return [UInt8](data)
    }
}

/// Why a file cannot be read: what is said of it, and what would be right.
struct UnreadableFile: Error {
    var reason: String
    var suggestion: String
}
