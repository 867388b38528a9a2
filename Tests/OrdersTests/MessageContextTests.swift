import Foundation
import Orders
import Testing

@Suite("What is stored of a message's header")
struct MessageContextTests {
    private func stored(_ context: MessageContext) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(context), as: UTF8.self)
    }

    private func read(_ text: String) throws -> MessageContext {
        try JSONDecoder().decode(MessageContext.self, from: Data(text.utf8))
    }

    @Test("A usual context says nothing of the rare parts")
    func small() throws {
        let context = MessageContext(messageID: "m-1", tracking: [TrackingEntry(sequence: 1, unitID: "U")])
        let text = try stored(context)
        #expect(text == #"{"messageID":"m-1","tracking":[{"sequence":1,"unitID":"U"}]}"#)
        #expect(try read(text) == context)
    }

    @Test("Contexts that were stored before there were rare parts are read")
    func older() throws {
        let context = try read(
            #"{"hop":{"messageID":"a","resource":"Q","resourceType":"QUEUE"},"messageID":"m-1","#
                + #""tracking":[{"activity":"2026-11-20T09:00:00Z","sequence":3}],"verb":"process"}"#
        )
        #expect(context.messageID == "m-1" && context.carried == nil)
        #expect(context.tracking == [TrackingEntry(sequence: 3, activity: "2026-11-20T09:00:00Z")])
    }

    @Test("The rare parts come back as they were")
    func complete() throws {
        let carried = CarriedHeader(
            definitionID: "D1",
            scopes: [
                CarriedScope(type: "Marketing", scope: BusinessScope(id: "C"), extensions: ["<a/>"]),
                CarriedScope(type: nil, scope: BusinessScope(instanceID: "i")),
            ],
            batch: MessageBatch(status: "OPEN", id: "B1", parameters: ["<p/>"]),
            replyAddress: "<w/>",
            replyTo: "http://crm/reply",
            faultNotifications: ["<f/>"],
            extensions: ["<x/>"],
            crossReference: OrderCrossReference(number: "1")
        )
        var context = MessageContext(messageID: "m-1", carried: Rare(carried))
        context.tracking = [TrackingEntry(sequence: 1, extensions: ["<y/>"])]
        let back = try read(try stored(context))
        #expect(back == context)
        #expect(back.carried?.value == carried)
        #expect(back.hashValue == context.hashValue)
        #expect(back.carried != Rare(CarriedHeader()))
    }
}
