internal import XML

/// An expression of a mapping that cannot be compiled.
package struct MappingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The mapping's name.
    package var format: String
    /// Which expression, as the catalog names it: `order.key`, `lines.properties.region`.
    package var expression: String
    /// What is wrong with it.
    package var text: String
    /// Where in the expression, from 1, when it is known.
    package var column: Int?

    package var description: String {
        let place = column.map { " at column \($0)" } ?? ""
        return "mapping \(format), \(expression)\(place): \(text)"
    }
}

/// A ``FormatMapping`` with its expressions compiled.
struct MappedFormat: Sendable {
    let name: String
    let root: XMLName
    let order: Order
    let lines: Lines

    struct Order: Sendable {
        var key: XPathExpression
        var messageID: XPathExpression?
        var revision: XPathExpression?
        var mode: XPathExpression?
        var priority: XPathExpression?
        var type: XPathExpression?
        var source: XPathExpression?
        var orderDate: XPathExpression?
        var requestedDelivery: XPathExpression?
        var accountID: XPathExpression?
        var accountName: XPathExpression?
        /// Sorted by name, so that every run does the same.
        var properties: [(name: String, expression: XPathExpression)]
    }

    struct Lines: Sendable {
        var select: XPathExpression
        var id: XPathExpression
        var parents: [XPathExpression]
        var action: XPathExpression?
        var name: XPathExpression?
        var productClass: XPathExpression?
        var type: XPathExpression?
        var quantity: XPathExpression?
        var requestedDelivery: XPathExpression?
        var properties: [(name: String, expression: XPathExpression)]
        var attributes: Attributes?
    }

    struct Attributes: Sendable {
        var select: XPathExpression
        var name: XPathExpression
        var value: XPathExpression
        var action: XPathExpression?
    }

    init(_ mapping: FormatMapping) throws(MappingError) {
        let compiler = Compiler(format: mapping.name, namespaces: mapping.namespaces)
        name = mapping.name
        root = XMLName(mapping.rootName, in: mapping.rootNamespace)
        let order = mapping.order
        self.order = Order(
            key: try compiler.compile(order.key, "order.key"),
            messageID: try compiler.compile(optional: order.messageID, "order.messageID"),
            revision: try compiler.compile(optional: order.revision, "order.revision"),
            mode: try compiler.compile(optional: order.mode, "order.mode"),
            priority: try compiler.compile(optional: order.priority, "order.priority"),
            type: try compiler.compile(optional: order.type, "order.type"),
            source: try compiler.compile(optional: order.source, "order.source"),
            orderDate: try compiler.compile(optional: order.orderDate, "order.orderDate"),
            requestedDelivery: try compiler.compile(
                optional: order.requestedDelivery,
                "order.requestedDelivery"
            ),
            accountID: try compiler.compile(optional: order.accountID, "order.accountID"),
            accountName: try compiler.compile(optional: order.accountName, "order.accountName"),
            properties: try compiler.compile(order.properties, "order.properties")
        )
        let lines = mapping.lines
        self.lines = Lines(
            select: try compiler.compile(lines.select, "lines.select"),
            id: try compiler.compile(lines.id, "lines.id"),
            parents: try compiler.compile(lines.parents, "lines.parents"),
            action: try compiler.compile(optional: lines.action, "lines.action"),
            name: try compiler.compile(optional: lines.name, "lines.name"),
            productClass: try compiler.compile(optional: lines.productClass, "lines.productClass"),
            type: try compiler.compile(optional: lines.type, "lines.type"),
            quantity: try compiler.compile(optional: lines.quantity, "lines.quantity"),
            requestedDelivery: try compiler.compile(
                optional: lines.requestedDelivery,
                "lines.requestedDelivery"
            ),
            properties: try compiler.compile(lines.properties, "lines.properties"),
            attributes: try compiler.compile(lines.attributes)
        )
    }

    /// Names the expression in every complaint.
    private struct Compiler {
        let format: String
        let namespaces: [String: String]

        func compile(_ source: String, _ name: String) throws(MappingError) -> XPathExpression {
            do {
                return try XPathExpression(compile: source, namespaces: namespaces)
            } catch {
                throw MappingError(
                    format: format,
                    expression: name,
                    text: error.message,
                    column: error.column
                )
            }
        }

        func compile(optional source: String?, _ name: String) throws(MappingError) -> XPathExpression? {
            guard let source else { return nil }
            return try compile(source, name)
        }

        func compile(_ sources: [String], _ name: String) throws(MappingError) -> [XPathExpression] {
            var compiled: [XPathExpression] = []
            for (index, source) in sources.enumerated() {
                compiled.append(try compile(source, "\(name)[\(index)]"))
            }
            return compiled
        }

        func compile(
            _ sources: [String: String],
            _ name: String
        ) throws(MappingError) -> [(name: String, expression: XPathExpression)] {
            var compiled: [(name: String, expression: XPathExpression)] = []
            for (key, source) in sources.sorted(by: { $0.key < $1.key }) {
                compiled.append((key, try compile(source, "\(name).\(key)")))
            }
            return compiled
        }

        func compile(_ expressions: FormatMapping.AttributeExpressions?) throws(MappingError) -> Attributes? {
            guard let expressions else { return nil }
            return Attributes(
                select: try compile(expressions.select, "lines.attributes.select"),
                name: try compile(expressions.name, "lines.attributes.name"),
                value: try compile(expressions.value, "lines.attributes.value"),
                action: try compile(optional: expressions.action, "lines.attributes.action")
            )
        }
    }
}

extension FormatMapping {
    /// Every expression that does not compile, with its place; a mapping without problems can be used.
    package var problems: [MappingError] {
        expressions.compactMap { (name, source) -> MappingError? in
            do throws(XMLError) {
                _ = try XPathExpression(compile: source, namespaces: namespaces)
                return nil
            } catch {
                return MappingError(
                    format: self.name,
                    expression: name,
                    text: error.message,
                    column: error.column
                )
            }
        }
    }

    /// Its expressions with the names a catalog knows them by.
    private var expressions: [(name: String, source: String)] {
        var found: [(String, String?)] = [
            ("order.key", order.key), ("order.messageID", order.messageID),
            ("order.revision", order.revision),
            ("order.mode", order.mode), ("order.priority", order.priority), ("order.type", order.type),
            ("order.source", order.source), ("order.orderDate", order.orderDate),
            ("order.requestedDelivery", order.requestedDelivery), ("order.accountID", order.accountID),
            ("order.accountName", order.accountName),
        ]
        found += order.properties.sorted { $0.key < $1.key }.map { ("order.properties.\($0.key)", $0.value) }
        found += [("lines.select", lines.select), ("lines.id", lines.id)]
        found += lines.parents.enumerated().map { ("lines.parents[\($0.offset)]", $0.element) }
        found += [
            ("lines.action", lines.action), ("lines.name", lines.name),
            ("lines.productClass", lines.productClass),
            ("lines.type", lines.type), ("lines.quantity", lines.quantity),
            ("lines.requestedDelivery", lines.requestedDelivery),
        ]
        found += lines.properties.sorted { $0.key < $1.key }.map { ("lines.properties.\($0.key)", $0.value) }
        found += [
            ("lines.attributes.select", lines.attributes?.select),
            ("lines.attributes.name", lines.attributes?.name),
            ("lines.attributes.value", lines.attributes?.value),
            ("lines.attributes.action", lines.attributes?.action),
        ]
        return found.compactMap { name, source in source.map { (name, $0) } }
    }
}
