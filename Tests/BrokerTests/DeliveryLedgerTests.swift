import Broker
import Testing

@Suite("Delivery ledger")
struct DeliveryLedgerTests {
    private static let configuration = ConsumerConfiguration(
        name: "test",
        queues: ["first", "second"],
        inHandBytesMax: 100
    )

    private static func ledger(_ count: UInt64, epoch: UInt64 = 1) -> DeliveryLedger {
        var ledger = DeliveryLedger(configuration)
        ledger.begin(epoch: epoch)
        for tag in 1...count { expect(ledger.deliver(tag: tag, bytes: 1, ofQueue: 0)) }
        return ledger
    }

    private static func tags(_ numbers: [UInt64], epoch: UInt64 = 1) -> [DeliveryTag] {
        numbers.map { DeliveryTag(epoch: epoch, number: $0) }
    }

    @Test("A complete prefix is one frame, whatever the order of acknowledging")
    func prefix() {
        var ledger = Self.ledger(5)
        ledger.acknowledge(Self.tags([3, 1, 2]))
        expect(ledger.takeSettlements(), [.acknowledge(tag: 3, multiple: true)])
        expect(ledger.takeSettlements().isEmpty)
        ledger.acknowledge(Self.tags([4]))
        expect(ledger.takeSettlements(), [.acknowledge(tag: 4, multiple: false)])
        #expect(ledger.outstandingCount == 1)
    }

    @Test("What is in hand takes its bytes until it is settled, given back or repeated")
    func bytes() {
        var ledger = DeliveryLedger(Self.configuration)
        ledger.begin(epoch: 1)
        for (tag, queue) in zip(UInt64(1)...4, [1, 0, 1, 0]) {
            expect(ledger.deliver(tag: tag, bytes: Int(tag) * 10, ofQueue: queue))
        }
        #expect(ledger.bytesInHand.isFull)
        expect(!ledger.deliver(tag: 4, bytes: 1_000, ofQueue: 0))
        ledger.acknowledge(Self.tags([2, 2]))
        ledger.reject(Self.tags([4, 9]))
        ledger.acknowledge(Self.tags([1], epoch: 2))
        #expect(ledger.bytesInHand.room == 60)
        _ = ledger.takeSettlements()
        #expect(ledger.bytesInHand.room == 60)
        ledger.begin(epoch: 2)
        #expect(ledger.bytesInHand.room == 100)
        ledger.acknowledge(Self.tags([1]))
        #expect(ledger.bytesInHand.room == 100)
    }

    @Test("What is in hand of a queue that is set aside takes no room, on the next connection neither")
    func setAside() {
        var ledger = DeliveryLedger(Self.configuration)
        ledger.begin(epoch: 1)
        expect(ledger.deliver(tag: 1, bytes: 150, ofQueue: 0))
        expect(ledger.deliver(tag: 2, bytes: 30, ofQueue: 1))
        #expect(ledger.bytesInHand.isFull)
        ledger.setAside(["first", "unknown"])
        #expect(ledger.bytesInHand.room == 70)
        ledger.begin(epoch: 2)
        expect(ledger.deliver(tag: 1, bytes: 150, ofQueue: 0))
        #expect(ledger.bytesInHand.room == 100)
        ledger.setAside([])
        #expect(ledger.bytesInHand.room == -50)
        ledger.acknowledge(Self.tags([1], epoch: 2))
        #expect(ledger.bytesInHand.room == 100)
    }

    @Test("Beyond the first gap each is sent alone, and the gap never")
    func gaps() {
        var ledger = Self.ledger(6)
        ledger.acknowledge(Self.tags([1, 2, 4, 6]))
        expect(
            ledger.takeSettlements(),
            [
                .acknowledge(tag: 2, multiple: true), .acknowledge(tag: 4, multiple: false),
                .acknowledge(tag: 6, multiple: false),
            ]
        )
        ledger.acknowledge(Self.tags([3]))
        expect(ledger.takeSettlements(), [.acknowledge(tag: 3, multiple: false)])
        ledger.acknowledge(Self.tags([5]))
        expect(ledger.takeSettlements(), [.acknowledge(tag: 5, multiple: false)])
    }

    @Test("A reject splits a run, and is never swallowed by a multiple acknowledgement")
    func rejects() {
        var ledger = Self.ledger(6)
        ledger.reject(Self.tags([3]))
        ledger.acknowledge(Self.tags([1, 2, 4, 5]))
        expect(
            ledger.takeSettlements(),
            [
                .acknowledge(tag: 2, multiple: true), .reject(tag: 3), .acknowledge(tag: 5, multiple: true),
            ]
        )
        #expect(ledger.outstandingCount == 1)
    }

    @Test("Tags of another epoch are dropped and counted, also while there is no connection")
    func stale() {
        var ledger = Self.ledger(3, epoch: 4)
        ledger.acknowledge(Self.tags([1], epoch: 3))
        expect(ledger.takeSettlements().isEmpty)
        ledger.acknowledge(Self.tags([1], epoch: 4))
        ledger.abandon()
        expect(ledger.takeSettlements().isEmpty)
        ledger.reject(Self.tags([2], epoch: 4))
        ledger.begin(epoch: 5)
        expect(ledger.deliver(tag: 1, bytes: 1, ofQueue: 0))
        ledger.acknowledge(Self.tags([1, 2], epoch: 4))
        expect(ledger.takeSettlements().isEmpty)
        #expect(ledger.staleCount == 4)
        #expect(ledger.outstandingCount == 1)
    }

    @Test("A tag settled twice or never delivered is dropped and counted")
    func unknown() {
        var ledger = Self.ledger(2)
        ledger.acknowledge(Self.tags([1, 1, 9]))
        ledger.reject(Self.tags([1]))
        expect(ledger.takeSettlements(), [.acknowledge(tag: 1, multiple: false)])
        ledger.acknowledge(Self.tags([1]))
        expect(ledger.takeSettlements().isEmpty)
        #expect(ledger.unknownCount == 4)
    }

    @Test("Tags must ascend")
    func order() {
        var ledger = Self.ledger(2)
        expect(!ledger.deliver(tag: 2, bytes: 1, ofQueue: 0))
        expect(!ledger.deliver(tag: 0, bytes: 1, ofQueue: 0))
        expect(ledger.deliver(tag: 9, bytes: 1, ofQueue: 0))
    }

    @Test(
        "Whatever is settled in whatever order, the broker hears of each tag once",
        arguments: 0..<40 as Range<UInt64>
    )
    func everythingOnce(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ledger = Self.ledger(300)
        var unsettled = Set<UInt64>(1...300)
        var rejected: Set<UInt64> = []
        for (index, tag) in (1...300 as ClosedRange<UInt64>).shuffled(using: &random).enumerated() {
            if tag % 11 == 0 {
                ledger.reject(Self.tags([tag]))
                rejected.insert(tag)
            } else {
                ledger.acknowledge(Self.tags([tag]))
            }
            guard index % 7 == 6 || index == 299 else { continue }
            for settlement in ledger.takeSettlements() {
                switch settlement {
                case .reject(let tag):
                    #expect(rejected.contains(tag))
                    #expect(unsettled.remove(tag) != nil)
                case .acknowledge(let tag, let multiple):
                    #expect(unsettled.contains(tag), "the broker refuses a tag it does not wait for")
                    for covered in multiple ? unsettled.filter({ $0 <= tag }) : [tag] {
                        #expect(!rejected.contains(covered))
                        unsettled.remove(covered)
                    }
                }
            }
        }
        #expect(unsettled.isEmpty)
        #expect(ledger.outstandingCount == 0)
    }
}
