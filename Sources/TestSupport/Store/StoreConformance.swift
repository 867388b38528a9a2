package import Store

/// What a store under test can do beside keeping its promises; a check that needs more is left out.
package struct StoreCapabilities: OptionSet, Sendable {
    package var rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Closing and opening again finds the same data.
    package static let reopening = StoreCapabilities(rawValue: 1 << 0)
    /// Another process's reader can be opened beside the store.
    package static let readers = StoreCapabilities(rawValue: 1 << 1)
    /// Identifiers are not given out again after what they named was removed.
    package static let lastingHighWater = StoreCapabilities(rawValue: 1 << 2)

    package static let all: StoreCapabilities = [.reopening, .readers, .lastingHighWater]
}

/// A store to be tested, empty at first; a new one for every check.
package protocol StoreSubject: AnyObject {
    var capabilities: StoreCapabilities { get }
    /// Opens the subject's data; opens it again after the store given out before was closed.
    func open() throws -> any Store
    func openReader() throws -> any StoreReader
}

/// Everything the store port promises, as checks that any implementation must pass.
///
/// A test suite runs ``checks`` one by one, each on a subject of its own.
package enum StoreConformance {
    package static let checks: [StoreCheck] =
        orderChecks + inboxChecks + messageChecks + failedChecks + groupChecks + retentionChecks
        + relatedChecks + deletionChecks + readerChecks + traceChecks + flowChecks

    /// The checks that a subject with these capabilities must pass.
    package static func checks(for capabilities: StoreCapabilities) -> [StoreCheck] {
        checks.filter { $0.needs.isSubset(of: capabilities) }
    }
}

/// One promise of the port.
package struct StoreCheck: Sendable, CustomStringConvertible {
    /// The promise as a sentence.
    package let name: String
    package let needs: StoreCapabilities
    private let body: @Sendable (any StoreSubject) throws -> Void

    init(
        _ name: String,
        needs: StoreCapabilities = [],
        _ body: @escaping @Sendable (any StoreSubject) throws -> Void
    ) {
        self.name = name
        self.needs = needs
        self.body = body
    }

    package var description: String { name }

    /// - Throws: ``BrokenPromise``, or whatever the store threw where it should not.
    package func run(on subject: any StoreSubject) throws { try body(subject) }
}

/// A promise that a store did not keep.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String

    init(_ what: String, file: String, line: Int) { description = "\(what) (\(file):\(line))" }
}

func expect(
    _ condition: Bool,
    _ what: @autoclosure () -> String,
    file: String = #fileID,
    line: Int = #line
) throws {
    guard condition else { throw BrokenPromise(what(), file: file, line: line) }
}

func expectEqual<Value: Equatable>(
    _ actual: Value,
    _ expected: Value,
    _ what: String,
    file: String = #fileID,
    line: Int = #line
) throws {
    guard actual == expected else {
        throw BrokenPromise("\(what): expected \(expected), got \(actual)", file: file, line: line)
    }
}

/// Runs what must throw a store error with that code, and returns the error.
@discardableResult
func expectRefusal<Value>(
    _ code: StoreError.Code,
    _ what: String,
    file: String = #fileID,
    line: Int = #line,
    _ body: () throws(StoreError) -> Value
) throws -> StoreError {
    let refusal: StoreError
    do {
        _ = try body()
        throw BrokenPromise("\(what) was not refused", file: file, line: line)
    } catch let error as StoreError {
        refusal = error
    }
    try expectEqual(refusal.code, code, what, file: file, line: line)
    return refusal
}
