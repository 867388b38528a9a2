internal import XML

/// An element nobody here knows, as text that stands on its own and remembers in which group it stood.
///
/// The group is told by a processing instruction in front, which means nothing to other readers:
/// `<?waystation-in ItemReference?><x:Shade xmlns:x="…">dark</x:Shade>`.
struct ExtensionFragment {
    /// The group's path; `nil` directly in the order or line.
    let path: String?
    let element: String

    private static let start = "<?waystation-in "
    private static let end = "?>"

    init(_ element: XMLElement, in path: String?) {
        self.init(element: element.serialized(prefixes: Self.prefixes), in: path)
    }

    init(element: String, in path: String?) {
        self.path = path
        self.element = element
    }

    /// Reads one that came from `text`.
    init(text: String) {
        guard text.hasPrefix(Self.start), let end = text.firstRange(of: Self.end) else {
            path = nil
            element = text
            return
        }
        path = String(text[text.index(text.startIndex, offsetBy: Self.start.count)..<end.lowerBound])
        element = String(text[end.upperBound...])
    }

    var text: String {
        path.map { "\(Self.start)\($0)\(Self.end)\(element)" } ?? element
    }

    /// What stands in a Custom element, piece by piece, so that it goes into the Custom of the message forwarded.
    static func texts(inCustom element: XMLElement, in path: String?) -> [String] {
        guard element.hasElements, element.attributes.isEmpty, element.textIfNotEmpty == nil else {
            return text(ofUnknown: element, in: path).map { [$0] } ?? []
        }
        return element.children.map { ExtensionFragment($0, in: path).text }
    }

    /// An element nobody here knows; `nil` when it says nothing.
    static func text(ofUnknown element: XMLElement, in path: String?) -> String? {
        guard element.hasElements || element.textIfNotEmpty != nil || !element.attributes.isEmpty else {
            return nil
        }
        return ExtensionFragment(element, in: path).text
    }

    /// The prefixes everybody knows these namespaces by.
    private static let prefixes: [String: String] = {
        var prefixes = [Namespace.common: "corecom"]
        for object in BusinessObject.allCases { prefixes[object.namespace] = object.prefix }
        return prefixes
    }()
}
