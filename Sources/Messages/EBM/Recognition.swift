internal import Orders
internal import XML

/// Which message a root element begins.
struct Recognition: Sendable {
    private let messages: [MessageNames]
    /// Positions among the messages, by their roots.
    private let messageOfRoot: XMLNameTable
    private let mappings: [XMLName: Result<MappedFormat, MappingError>]

    init(mappings: [FormatMapping]) {
        messages = MessageKind.allCases.filter(\.isAccepted).map { MessageNames($0) }
        messageOfRoot = messages.enumerated().reduce(into: XMLNameTable()) { $0[$1.element.root] = $1.offset }
        var formats: [XMLName: Result<MappedFormat, MappingError>] = [:]
        for mapping in mappings {
            let root = XMLName(mapping.rootName, in: mapping.rootNamespace)
            guard formats[root] == nil else { continue }
            do {
                formats[root] = .success(try MappedFormat(mapping))
            } catch {
                formats[root] = .failure(error)
            }
        }
        self.mappings = formats
    }

    enum Found {
        case message(MessageNames)
        /// A ProcessOrderOperation.
        case operation
        /// A CreateTroubleTicketResponse.
        case ticketAnswer
        /// A ProcessMessageOperation.
        case messageOperation
        case mapped(MappedFormat)
        /// A mapping fits that cannot be used.
        case unusable(MappingError)
    }

    func recognize(_ root: XMLElement) -> Found? {
        guard let name = root.vocabularyName else { return nil }
        switch mappings.isEmpty ? nil : mappings[name] {
        case .success(let format): return .mapped(format)
        case .failure(let error): return .unusable(error)
        case nil: break
        }
        if let position = messageOfRoot[name] { return .message(messages[position]) }
        if name == TicketAnswerName.root { return .ticketAnswer }
        if name == OperationName.root { return .operation }
        return name == MessageOperationName.root ? .messageOperation : nil
    }

    /// Longer names of strangers are cut in texts.
    private static let nameBytesMax = 200

    /// Says what was found, and what comes nearest to it.
    func failure(_ root: XMLElement) -> Failure {
        let found = Self.text(namespace: root.namespace, local: root.name)
        let known =
            messages.map(\.root) + [OperationName.root, TicketAnswerName.root, MessageOperationName.root]
            + Array(mappings.keys)
        let sameName = known.filter { $0.local == root.name }
        let nearest = (sameName.isEmpty ? known : sameName).min { left, right in
            let distances = (
                Self.distance(left, root.name, root.namespace),
                Self.distance(right, root.name, root.namespace)
            )
            return distances.0 == distances.1
                ? left.description < right.description : distances.0 < distances.1
        }
        guard let nearest else {
            return Failure(.messageNotRecognized, "no message begins with the root element \(found)")
        }
        let expected = Self.text(namespace: nearest.namespace, local: nearest.local)
        return Failure(
            .messageNotRecognized,
            "no message begins with the root element \(found); the nearest is \(expected)",
            correctiveAction: nearest.local == root.name
                ? "Use the namespace \(nearest.namespace) for \(nearest.local)."
                : FailureCode.messageNotRecognized.correctiveAction
        )
    }

    private static func text(namespace: String, local: String) -> String {
        let name = namespace.isEmpty ? local : "{\(namespace)}\(local)"
        return name.utf8.count > nameBytesMax ? name.cut(toUTF8Bytes: nameBytesMax) + "…" : name
    }

    private static func distance(_ known: XMLName, _ local: String, _ namespace: String) -> Int {
        EditDistance.between(known.local, local.cut(toUTF8Bytes: nameBytesMax))
            + EditDistance.between(known.namespace, namespace.cut(toUTF8Bytes: nameBytesMax))
    }
}

/// How many bytes must be put in, taken out or replaced to make one text of another.
enum EditDistance {
    static func between(_ left: String, _ right: String) -> Int {
        let columns = Array(right.utf8)
        var row = Array(0...columns.count)
        for (index, byte) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in columns.indices {
                let replaced = diagonal + (byte == columns[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[columns.count]
    }
}
