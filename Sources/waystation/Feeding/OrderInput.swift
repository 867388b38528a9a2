import Foundation
import Messages
import Orders
import Station

/// Reads what was named on a command line as a file with an order: a path, or `-` for standard input.
struct OrderInput {
    var path: String
    var body: [UInt8]

    /// What stands in messages.
    var name: String { Self.name(path) }

    private static func name(_ path: String) -> String { path == "-" ? "<stdin>" : path }

    /// Reads all of it, but not more than a message may have.
    init(path: String, bytesMax: Int) throws(CommandFailure) {
        self.path = path
        let name = Self.name(path)
        let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let handle else {
            let reason =
                FileManager.default.fileExists(atPath: path)
                ? "the file cannot be opened; check its permissions" : "the file is not there; check its path"
            throw CommandFailure(.badInput, "\(name): \(reason)")
        }
        do {
            body = try Self.read(handle, bytesMax: bytesMax + 1)
        } catch {
            throw CommandFailure(
                .badInput,
                "\(name): it cannot be read; check that it is a file and its permissions"
            )
        }
        guard body.count <= bytesMax else {
            throw CommandFailure(
                .badInput,
                "\(name): \(FailureCode.messageTooLarge.rawValue): it has more than \(bytesMax) bytes. "
                    + FailureCode.messageTooLarge.correctiveAction
            )
        }
    }

    /// A pipe hands over its content in parts.
    private static func read(_ handle: FileHandle, bytesMax: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < bytesMax, let part = try handle.read(upToCount: bytesMax - bytes.count),
            !part.isEmpty
        {
            bytes.append(contentsOf: part)
        }
        return bytes
    }

    /// The order as the first of these roles that takes it reads it.
    func order(roles: [RoleRuntime]) throws(CommandFailure) -> OrderFile {
        do {
            return try OrderFile(path: path, body: body, roles: roles)
        } catch {
            throw CommandFailure(.badInput, complaint(error))
        }
    }

    /// `FILE:line:column: what. What to do.`; a message that is wrong as a whole is wrong at its beginning.
    func complaint(_ reason: DecodingFailure) -> String {
        var failure = reason.failure
        // The place stands in front already.
        let place = " (line \(reason.line), column \(reason.column))"
        if failure.text.hasSuffix(place) { failure.text.removeLast(place.count) }
        return "\(name):\(max(1, reason.line)):\(max(1, reason.column)): \(failure.sentence)"
    }

    /// What is wrong with the content, at the line of the order where it is known.
    func complaint(_ failure: Failure, draft: OrderDraft) -> String {
        let line = Self.line(of: failure, in: draft)?.documentLine ?? 0
        return "\(name):\(max(1, line)):1: \(failure.sentence)"
    }

    /// The line that is meant; of several with one id the one that has what is told of it.
    private static func line(of failure: Failure, in draft: OrderDraft) -> LineDraft? {
        let lines = draft.lines.filter { $0.id != nil && $0.id == failure.line?.rawValue }
        guard lines.count > 1 else { return lines.first }
        let ids = Set(draft.lines.map(\.id))
        let meant = lines.first { line in
            switch failure.code {
            case .lineIDRepeated: line != lines.first
            case .parentLineUnknown: !ids.isSuperset(of: line.parents)
            default:
                [line.action, line.productClass, line.requestedDelivery].compactMap(\.self)
                    .contains { failure.text.contains("'\($0)'") }
            }
        }
        return meant ?? lines.first
    }
}
