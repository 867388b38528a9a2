internal import GRDB
internal import GRDBSQLite

/// A cached statement that is bound and read by position, without an intermediate value for every column.
///
/// Binding through arrays of database values costs a third of a hop's time; this costs nothing worth measuring.
/// Almost all pointer work of the module is in this file. It is safe to use: the handle lives as long as the
/// statement beside it, and what is bound is copied or unbound before the call returns.
@safe
struct PreparedStatement {
    /// Keeps the handle alive should GRDB empty its cache.
    private let statement: Statement
    private let handle: SQLiteStatement
    private var position: CInt = 0

    init(_ sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        unsafe handle = statement.sqliteStatement
        // A run that threw halfway leaves the statement in the middle of its rows.
        unsafe sqlite3_reset(handle)
    }

    // MARK: Binding, in the order of the parameters

    mutating func bind(_ value: Int64) throws {
        position += 1
        try check(unsafe sqlite3_bind_int64(handle, position, value))
    }

    mutating func bind(_ value: Int) throws { try bind(Int64(value)) }

    mutating func bind(_ value: Int64?) throws {
        if let value { try bind(value) } else { try bindNull() }
    }

    mutating func bind(_ value: String) throws {
        position += 1
        let position = position
        var value = value
        let code = value.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else {
                    // A missing address would bind NULL instead of the empty text.
                    return unsafe "".withCString { unsafe sqlite3_bind_text(handle, position, $0, 0, copied) }
                }
                return unsafe sqlite3_bind_text(handle, position, start, CInt(characters.count), copied)
            }
        }
        try check(code)
    }

    mutating func bind(_ value: String?) throws {
        if let value { try bind(value) } else { try bindNull() }
    }

    mutating func bind(_ value: [UInt8]) throws {
        position += 1
        let code = unsafe value.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else {
                return unsafe sqlite3_bind_zeroblob(handle, position, 0)
            }
            return unsafe sqlite3_bind_blob64(handle, position, start, UInt64(bytes.count), copied)
        }
        try check(code)
    }

    mutating func bindNull() throws {
        position += 1
        try check(unsafe sqlite3_bind_null(handle, position))
    }

    // MARK: Running

    /// Runs a statement that returns no rows and makes it ready to be bound again.
    mutating func run() throws {
        defer { reset() }
        while try step() {}
    }

    /// Binds `bytes` as the last parameter without copying them, and runs.
    mutating func run(last bytes: [UInt8]) throws {
        defer { reset() }
        position += 1
        try unsafe bytes.withUnsafeBytes { buffer in
            let code =
                if let start = buffer.baseAddress {
                    // The memory is valid until this closure ends; the binding is removed before that.
                    unsafe sqlite3_bind_blob64(handle, position, start, UInt64(buffer.count), nil)
                } else {
                    unsafe sqlite3_bind_zeroblob(handle, position, 0)
                }
            defer {
                unsafe sqlite3_reset(handle)
                unsafe sqlite3_bind_null(handle, position)
            }
            try check(code)
            while try step() {}
        }
    }

    /// Goes to the next row; `false` after the last one.
    func step() throws -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// The value of the first row, or `nil` when there is none.
    mutating func first<Value>(_ read: (Columns) throws -> Value) throws -> Value? {
        defer { reset() }
        return try step() ? try read(columns) : nil
    }

    /// The value of the next row, or `nil` after the last one.
    mutating func next<Value>(_ read: (Columns) throws -> Value) throws -> Value? {
        try step() ? try read(columns) : nil
    }

    /// The values of all rows, up to the first after which it does not go on.
    mutating func all<Value>(
        while goesOn: (Value) -> Bool = { _ in true },
        _ read: (Columns) throws -> Value
    ) throws -> [Value] {
        defer { reset() }
        var values: [Value] = []
        while try step() {
            let value = try read(columns)
            values.append(value)
            guard goesOn(value) else { break }
        }
        return values
    }

    mutating func reset() {
        unsafe sqlite3_reset(handle)
        position = 0
    }

    private var columns: Columns { unsafe Columns(handle: handle) }

    private func check(_ code: CInt) throws {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        let message = unsafe sqlite3_errmsg(sqlite3_db_handle(handle)).map { unsafe String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}

/// The columns of a statement's current row, from 0.
///
/// Safe, because it is only handed to closures that read the row.
@safe
struct Columns {
    fileprivate let handle: SQLiteStatement

    fileprivate init(handle: SQLiteStatement) { unsafe self.handle = handle }

    func integer(_ column: CInt) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    func isNull(_ column: CInt) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    func optionalInteger(_ column: CInt) -> Int64? { isNull(column) ? nil : integer(column) }

    /// The text, with bytes that are not UTF-8 replaced; a NULL is empty.
    func text(_ column: CInt) -> String {
        // The text must be asked for before its length: asking may convert it.
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func optionalText(_ column: CInt) -> String? { isNull(column) ? nil : text(column) }

    func bytes(_ column: CInt) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}

/// SQLITE_TRANSIENT: SQLite copies what is bound.
private var copied: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
