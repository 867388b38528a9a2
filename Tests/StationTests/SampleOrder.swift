import Foundation

/// An example order under a key of its own, with parts of its text replaced.
struct SampleOrder {
    var text: String
    var key: String

    var body: [UInt8] { Array(text.utf8) }
    var messageID: String { "id-of-\(key)" }

    /// An order of the broadband example whose own key is `original`.
    init(_ name: String = "mobile", original: String = "MOB-2002", key: String) throws {
        self.key = key
        let file = String(decoding: try Loopback.example("broadband/orders/\(name).xml"), as: UTF8.self)
            .replacingOccurrences(of: original, with: key)
        let pieces = file.components(separatedBy: "corecom:EBMID>")
        text = file.replacingOccurrences(
            of: "corecom:EBMID>\(pieces.count > 1 ? pieces[1] : "")",
            with: "corecom:EBMID>id-of-\(key)</"
        )
    }

    func replacing(_ old: String, with new: String) -> SampleOrder {
        var changed = self
        changed.text = text.replacingOccurrences(of: old, with: new)
        return changed
    }

    /// Replaces the first occurrence only.
    func replacingFirst(_ old: String, with new: String) -> SampleOrder {
        var changed = self
        if let range = text.range(of: old) { changed.text.replaceSubrange(range, with: new) }
        return changed
    }

    /// An order whose first line waits for a line of another order.
    static func following(_ base: String, line: String = "1", key: String) throws -> SampleOrder {
        let reference = """
            <corecom:DependingSalesOrderLineReference>
              <corecom:SalesOrderIdentification>
                <corecom:ID schemeID="SALESORDER_ID" schemeAgencyID="SEBL_01">\(base)</corecom:ID>
              </corecom:SalesOrderIdentification>
              <corecom:SalesOrderLineIdentification>
                <corecom:ID schemeID="SALESORDER_LINEID" schemeAgencyID="SEBL_01">\(line)</corecom:ID>
              </corecom:SalesOrderLineIdentification>
            </corecom:DependingSalesOrderLineReference>
            """
        return try SampleOrder(key: key)
            .replacingFirst("<corecom:ItemReference>", with: "\(reference)<corecom:ItemReference>")
    }
}
