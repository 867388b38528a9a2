internal import Foundation
internal import Store

/// What a path must be to name a store.
enum StorePath {
    /// The absolute path with symbolic links resolved, so that two names of one file lock the same owner file.
    static func absolute(_ path: String) throws(StoreError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0), !path.hasPrefix(":"), !path.hasSuffix("/") else {
            throw StoreError(
                .configuration,
                "“\(path)” is not the path of a file",
                remedy: "Give the path of the store's file, such as /var/lib/waystation/station.sqlite."
            )
        }
        return URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }

    /// The folder that a file is in.
    static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// Makes the name of a new file durable; SQLite syncs the file, not the folder that names it.
    static func syncFolder(of path: String) throws(StoreError) {
        let folder = folder(of: path)
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder, errno) }
    }

    private static func failure(_ folder: String, _ code: CInt) -> StoreError {
        StoreError(
            .inputOutput,
            "the folder \(folder) cannot be synced: \(reason(code))",
            remedy: "Check the disk and the file system of the store."
        )
    }
}
