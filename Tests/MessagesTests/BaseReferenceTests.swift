import Fulfillment
import Messages
import Orders
import Testing

@Suite("A sales order says which order it follows (A21)")
struct BaseReferenceTests {
    private static let line = """
        <c:DependingSalesOrderLineReference>
          <c:SalesOrderIdentification><c:ID schemeID="SALESORDER_ID">S-0</c:ID></c:SalesOrderIdentification>
          <c:SalesOrderLineIdentification>
            <c:BusinessComponentID schemeID="SALESORDER_LINEID" schemeAgencyID="COMMON">L-7</c:BusinessComponentID>
            <c:ID>7</c:ID>
          </c:SalesOrderLineIdentification>
        </c:DependingSalesOrderLineReference>
        """

    private static func order(_ id: String) -> String {
        """
        <c:DependingSalesOrderReference>
          <c:SalesOrderIdentification><c:ID>\(id)</c:ID></c:SalesOrderIdentification>
        </c:DependingSalesOrderReference>
        """
    }

    private func bases(
        line: String = "",
        order: String = ""
    ) throws -> (order: [BaseReference]?, line: [BaseReference]?) {
        let draft = try Sample.draft(
            Sample.salesOrder(
                order: order,
                lines: """
                    <s:SalesOrderLine>
                      <c:Identification><c:ID>1</c:ID></c:Identification>
                      <s:ServiceActionCode>ADD</s:ServiceActionCode>\(line)
                      <c:ItemReference><c:Name>Thing</c:Name></c:ItemReference>
                    </s:SalesOrderLine>
                    """
            )
        )
        return (draft.bases, draft.lines.first?.bases)
    }

    @Test("by a line's reference, by the base's own identification first")
    func ofLine() throws {
        #expect(try bases(line: Self.line).line == [BaseReference(order: "S-0", line: "L-7")])
        #expect(try bases(line: Self.line).order == nil)
    }

    @Test("several, and orders beside lines of theirs; a line without order belongs to the only order named")
    func several() throws {
        let two = Self.order("S-0") + Self.line + Self.line.replacing("S-0", with: "S-9")
        #expect(
            try bases(line: two).line == [
                BaseReference(order: "S-0", line: "L-7"), BaseReference(order: "S-9", line: "L-7"),
            ]
        )
        let bare = Self.line.replacing(
            "<c:SalesOrderIdentification><c:ID schemeID=\"SALESORDER_ID\">S-0</c:ID></c:SalesOrderIdentification>",
            with: ""
        )
        #expect(try bases(line: bare).line == nil)
        #expect(try bases(line: Self.order("S-5") + bare).line == [BaseReference(order: "S-5", line: "L-7")])
    }

    @Test("as a whole, for all its lines; without any, nothing")
    func ofOrder() throws {
        let found = try bases(order: Self.order("S-1") + Self.order("S-2"))
        #expect(found.order == [BaseReference(order: "S-1"), BaseReference(order: "S-2")])
        #expect(found.line == nil)
        #expect(try bases().order == nil)
    }
}
