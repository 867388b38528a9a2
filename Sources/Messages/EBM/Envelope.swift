internal import XML

/// What the transport may wrap around a message: a SOAP envelope, CreateOrder, or both.
enum Envelope {
    private static let soapEnvelope = XMLName("Envelope", in: Namespace.soap)
    private static let soapBody = XMLName("Body", in: Namespace.soap)
    private static let soap12Envelope = XMLName("Envelope", in: Namespace.soap12)
    private static let soap12Body = XMLName("Body", in: Namespace.soap12)
    private static let createOrder = XMLName("CreateOrder", in: Namespace.orderManagement)

    /// A document is parsed with the names that are known by then.
    static func registerNames() {
        _ = [soapEnvelope, soapBody, soap12Envelope, soap12Body, createOrder]
    }

    /// What is inside a wrapper, or `nil` when it is none, or is empty.
    ///
    /// A SOAP header (WS-Security among others) is ignored.
    static func content(of element: XMLElement) -> XMLElement? {
        if element.hasName(soapEnvelope) { return element.first(soapBody)?.firstElement }
        if element.hasName(soap12Envelope) { return element.first(soap12Body)?.firstElement }
        return element.hasName(createOrder) ? element.firstElement : nil
    }

    /// The same for a document that is read by expressions.
    static func content(of node: XPathNode) -> XPathNode? {
        let namespace = node.namespace
        switch node.name {
        case soapEnvelope.local where namespace == Namespace.soap || namespace == Namespace.soap12:
            return node.children.first { $0.name == soapBody.local && $0.namespace == namespace }?.children
                .first
        case createOrder.local where namespace == Namespace.orderManagement: return node.children.first
        default: return nil
        }
    }
}

extension XMLElement {
    /// The first element inside.
    var firstElement: XMLElement? {
        var children = children
        return children.next()
    }
}

/// The elements around an order.
struct MessageNames: Sendable {
    let kind: MessageKind
    let root: XMLName
    private let dataAreas: [XMLName]
    private let bodies: [XMLName]

    init(_ kind: MessageKind) {
        self.kind = kind
        let namespace = kind.object.namespace
        root = XMLName(kind.rootName, in: namespace)
        dataAreas = [XMLName("DataArea", in: namespace), .common("DataArea")]
        bodies = [XMLName(kind.rawValue, in: namespace), .common(kind.rawValue)]
    }

    /// The order in the message; some senders leave out DataArea or the verb's element.
    func order(in root: XMLElement) -> XMLElement {
        let area = dataAreas.lazy.compactMap { root.first($0) }.first ?? root
        return bodies.lazy.compactMap { area.first($0) }.first ?? area
    }
}
