internal import Yams

/// Turns the bytes of a file into a tree that knows its places, or says why there is none.
struct YAMLLoader {
    /// Nodes a document may have once its aliases are expanded.
    static let nodesMax = 100_000
    static let depthMax = 64

    private let problems: Problems
    private var nodesLeft = Self.nodesMax
    private var renamed: RenamedKeys

    private init(problems: Problems, renamed: RenamedKeys) {
        self.problems = problems
        self.renamed = renamed
    }

    /// - Returns: `nil` when the bytes are no YAML within the limits; the problem is told then.
    static func load(_ bytes: [UInt8], problems: Problems) -> YAMLNode? {
        guard let text = YAMLGuard.text(of: bytes, problems: problems) else { return nil }
        var renamed = RenamedKeys(text)
        while true {
            do {
                guard let root = try Yams.compose(yaml: renamed.text) else {
                    problems.error(.start, "the file is empty", "write a mapping of keys and values")
                    return nil
                }
                var loader = YAMLLoader(problems: problems, renamed: renamed)
                return loader.node(root, depth: 0)
            } catch let error as YamlError {
                if case .duplicatedKeysInMapping(let keys, let context) = error, let key = keys.first,
                    renamed.rename(key, at: Place(context.mark))
                {
                    continue
                }
                YAMLSyntaxProblem.tell(error, text: text, problems: problems)
                return nil
            } catch {
                problems.error(.start, "not valid YAML: \(error)")
                return nil
            }
        }
    }

    private mutating func node(_ node: Node, depth: Int) -> YAMLNode? {
        let place = node.mark.map(Place.init) ?? .start
        nodesLeft -= 1
        guard nodesLeft > 0 else {
            if nodesLeft == 0 {
                problems.error(
                    place,
                    "the document has more than \(Self.nodesMax) nodes once its aliases are expanded"
                )
            }
            return nil
        }
        guard depth < Self.depthMax else {
            problems.error(place, "nested more than \(Self.depthMax) levels deep")
            nodesLeft = 0
            return nil
        }
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return YAMLNode(content: isNull ? .null : .scalar(scalar.string), place: place)
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for item in sequence {
                guard let item = self.node(item, depth: depth + 1) else { return nil }
                items.append(item)
            }
            return YAMLNode(content: .list(items), place: place)
        case .mapping(let mapping):
            return self.mapping(mapping, place: place, depth: depth)
        case .alias:
            problems.error(place, "an alias that was not resolved", "write the value itself")
            return nil
        }
    }

    private mutating func mapping(_ mapping: Node.Mapping, place: Place, depth: Int) -> YAMLNode? {
        var entries: [YAMLEntry] = []
        for (key, value) in mapping {
            let keyPlace = key.mark.map(Place.init) ?? place
            guard case .scalar(let scalar) = key else {
                problems.error(keyPlace, "this key is not a text", "use a name as key")
                continue
            }
            guard let value = node(value, depth: depth + 1) else { return nil }
            entries.append(
                YAMLEntry(key: renamed.original(scalar.string, at: keyPlace), place: keyPlace, value: value)
            )
        }
        return YAMLNode(content: .mapping(entries), place: place)
    }
}

extension Place {
    fileprivate init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}

/// Says where and why a text is not YAML.
private enum YAMLSyntaxProblem {
    static func tell(_ error: YamlError, text: String, problems: Problems) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let around = context.map { " \($0.text) that begins in line \($0.mark.line)" } ?? ""
            // What is not closed is reported at the end of the file; where it begins is of more help.
            let place =
                problem.contains("end of stream")
                ? context.map { Place($0.mark) } ?? Place(mark) : Place(mark)
            let isTab = character(at: place, in: text) == "\t"
            problems.error(
                place,
                "not valid YAML: \(problem)\(around)",
                isTab ? "indent with spaces, not with tabs" : "check indentation, colons and quotes here"
            )
        case .reader(let problem, let offset, _, _):
            problems.error(place(ofCharacter: offset ?? 0, in: text), "not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            problems.error(
                Place(context.mark),
                "duplicate key '\(duplicates.first ?? "")'",
                "remove or rename one of them"
            )
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            problems.error(.start, "not valid YAML: \(error)")
        }
    }

    private static func character(at place: Place, in text: String) -> Unicode.Scalar? {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        guard place.line >= 1, place.line <= lines.count else { return nil }
        return lines[place.line - 1].dropFirst(place.column - 1).first
    }

    private static func place(ofCharacter offset: Int, in text: String) -> Place {
        var place = Place.start
        for character in text.prefix(offset) {
            place =
                character.isNewline
                ? Place(line: place.line + 1, column: 1)
                : Place(line: place.line, column: place.column + character.unicodeScalars.count)
        }
        return place
    }
}
