import Broker
import Foundation

/// Where the embedded broker keeps what, inside its folder.
struct StorageFiles: Sendable, Hashable {
    static let databaseName = "broker.sqlite"

    let folder: String

    var database: String { folder + "/" + Self.databaseName }
    var sessions: String { folder + "/sessions" }

    func session(_ id: Int64) -> String { sessions + "/\(id).lock" }

    var databaseExists: Bool { FileManager.default.fileExists(atPath: database) }

    /// Makes the folders; only their owner may look inside, as messages hold customer data.
    func createFolders() throws(BrokerError) {
        do {
            try FileManager.default.createDirectory(
                atPath: sessions,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw BrokerError(
                .storage,
                "the folder \(folder) cannot be created",
                remedy: "Check that its parent exists and that this user may write there."
            )
        }
    }

    /// The file's number on its disk, to notice that somebody has put another file in its place.
    func databaseIdentity() -> UInt64? {
        var status = stat()
        return stat(database, &status) == 0 ? UInt64(status.st_ino) : nil
    }
}
