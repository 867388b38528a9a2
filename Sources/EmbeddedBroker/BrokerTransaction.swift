import Broker
import Foundation
import GRDB

/// What can be done to the broker's file inside one transaction.
struct BrokerTransaction {
    let database: Database
    let folder: String

    /// Runs a statement that is compiled once for each connection.
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        let statement = try database.cachedStatement(sql: sql)
        try statement.execute(arguments: arguments)
    }

    func statement(_ sql: String, _ arguments: StatementArguments) throws -> Statement {
        let statement = try database.cachedStatement(sql: sql)
        try statement.setArguments(arguments)
        return statement
    }
}

extension Row {
    /// The bytes of a column; SQLite gives an empty blob as NULL.
    func bytes(at index: Int) throws -> [UInt8] {
        try withUnsafeData(atIndex: index) { data in data.map { [UInt8]($0) } ?? [] }
    }
}
