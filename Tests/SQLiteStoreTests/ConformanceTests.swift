import SQLiteStore
import Store
import TestSupport
import Testing

@Suite("SQLite keeps the promises of the store port")
struct SQLiteConformanceTests {
    @Test(arguments: StoreConformance.checks(for: .all))
    func keeps(_ check: StoreCheck) throws {
        try check.run(on: SQLiteSubject())
    }
}

private final class SQLiteSubject: StoreSubject {
    private let folder: TestFolder
    let capabilities = StoreCapabilities.all

    init() throws { folder = try TestFolder() }

    func open() throws -> any Store { try folder.open() }
    func openReader() throws -> any StoreReader { try SQLiteReader.open(path: folder.store) }
}
