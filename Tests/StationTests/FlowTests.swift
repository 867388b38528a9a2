import Catalog
import Fulfillment
import Orders
import Store
import TestSupport
import Testing

@testable import Station

@Suite("What flows of messages did, minute by minute (A71)")
struct FlowTests {
    private static func flows(_ station: SteppedStation) throws -> [FlowMinute] {
        try station.reader().flows(since: Timestamp(milliseconds: 0), limit: 1_000)
    }

    @Test("Durations are counted from delivery to commit, with least, most, average and percentiles")
    func durations() throws {
        let station = try SteppedStation()
        for number in 1...10 {
            let order = try SampleOrder(key: "MOB-\(number)")
            try station.deliver(
                order.body,
                from: Loopback.intake,
                id: order.messageID,
                takingMicroseconds: Int64(number) * 10_000
            )
        }
        #expect(try Self.flows(station).isEmpty, "the minute is not over")
        station.clock.advance(bySeconds: 60)
        try station.settle()
        let flow = try #require(try Self.flows(station).first)
        #expect(try Self.flows(station).count == 1)
        #expect(flow.role == "COM" && flow.kind == .order && flow.code == nil && flow.messages == 10)
        #expect(flow.minute == .testStart && flow.countedSince == .testStart)
        let durations = flow.durations
        #expect(durations.count == 10 && durations.averageMicroseconds == 55_000)
        #expect(durations.leastMicroseconds == 10_000 && durations.mostMicroseconds == 100_000)
        // The last value of the sixteenth in which it lies, and never more than there was.
        #expect(durations.percentile(50) == 51_199)
        #expect(durations.percentile(90) == 90_111)
        #expect(durations.percentile(95) == 100_000)
        try station.stop()
        #expect(try Self.flows(station).count == 1, "nothing came after that minute")
    }

    @Test("Failures are counted by kind and code, repeated messages as well done; the end writes the rest")
    func failures() throws {
        let station = try SteppedStation()
        let order = try SampleOrder(key: "MOB-1")
        func deliver(_ body: [UInt8], from queue: String, id: String) throws {
            try station.deliver(body, from: queue, id: id, takingMicroseconds: 1)
        }
        try deliver(order.body, from: Loopback.intake, id: order.messageID)
        try deliver(order.body, from: Loopback.intake, id: order.messageID)
        try deliver(Array("nonsense".utf8), from: Loopback.intake, id: "n-1")
        let early = SystemText.update(of: "NEVER-1", id: "u-1", component: "A", status: "COMPLETE")
        try deliver(early, from: Loopback.updates, id: "u-1")
        try deliver(order.body, from: Loopback.updates, id: "wrong-queue")
        station.clock.advance(bySeconds: 61)
        try deliver(Array("more nonsense".utf8), from: Loopback.intake, id: "n-2")
        try station.stop()

        let flows = try Self.flows(station)
        func count(_ kind: FlowKind, _ code: FailureCode?) -> [Int] {
            flows.filter { $0.kind == kind && $0.code == code }.map(\.messages)
        }
        #expect(count(.order, nil) == [2])
        #expect(count(.order, .messageNotXML) == [1, 1], "one a minute, the last of them written at the end")
        #expect(count(.update, .orderUnknown) == [1])
        #expect(count(.update, .messageWrongQueue) == [1])
        #expect(flows.count == 5, "\(flows)")
        #expect(flows.allSatisfy { $0.role == "COM" && $0.durations.count == $0.messages })
        let errors = try station.reader().statistics().counters.filter { $0.key.hasPrefix("error.") }
        #expect(errors.values.reduce(0, +) == 4, "\(errors)")
    }

    @Test("What time brings is counted without a duration, as nothing was delivered")
    func timers() throws {
        let station = try SteppedStation()
        let body = SystemText.update(of: "NEVER-1", id: "u-1", component: "A", status: "COMPLETE")
        try station.deliver(body, from: Loopback.updates, id: "u-1", takingMicroseconds: 5)
        station.clock.advance(bySeconds: 86_400 * 2)
        try station.settle()
        try station.stop()
        let expired = try #require(try Self.flows(station).first { $0.kind == .expiry })
        #expect(expired.messages == 1 && expired.code == .parkedTooLong)
        #expect(expired.durations == DurationHistogram() && expired.durations.percentile(50) == nil)
    }

    @Test("A store that takes nothing gets them later; those older than is kept are forgotten")
    func later() throws {
        let station = try SteppedStation { $0.retention.metricsHours = 1 }
        func fail(_ id: String) throws {
            try station.deliver(Array("nonsense".utf8), from: Loopback.intake, id: id, takingMicroseconds: 9)
        }
        try fail("n-1")
        station.store.faults = [.refused]
        station.clock.advance(bySeconds: 60)
        try station.settle()
        #expect(station.store.faults.isEmpty, "it was tried")
        #expect(try Self.flows(station).isEmpty)
        station.steadyClock.advance(microseconds: 10_000_000)
        try station.settle()
        #expect(try Self.flows(station).map(\.messages) == [1])
        station.clock.advance(bySeconds: 3_600)
        try fail("n-2")
        station.clock.advance(bySeconds: 60)
        try station.settle()
        #expect(
            try Self.flows(station).map(\.minute) == [Timestamp.testStart.advanced(bySeconds: 3_660)]
        )
        try station.stop()
    }

    @Test("A clock that steps back changes nothing that was written before")
    func backwards() {
        var recorder = FlowRecorder(roles: ["COM"], keptHours: 1, now: .testStart)
        let measure = HopMeasure(role: 0, kind: .order, code: nil, arrivedAt: 5)
        recorder.record([measure, measure], at: 10, now: .testStart)
        let later = Timestamp.testStart.advanced(bySeconds: 120)
        #expect(recorder.due(now: later)?.flows.map(\.messages) == [2])
        recorder.written()
        #expect(recorder.due(now: later) == nil)
        let back = Timestamp.testStart.advanced(bySeconds: 30)
        recorder.record([measure], at: 10, now: back)
        let rows = recorder.due(now: back, isEnding: true)?.flows ?? []
        #expect(rows.map(\.messages) == [1] && rows.map(\.minute) == [.testStart])
        #expect(rows.map(\.countedSince) == [back], "a key of its own")
    }
}

@Suite("Histograms of durations")
struct DurationHistogramTests {
    @Test("A percentile is at most a sixteenth too high, and never below the value")
    func bounds() throws {
        var random = SeededRandom(seed: 7)
        for bits in 1...40 {
            let value =
                Int64.random(in: 0...DurationHistogram.microsecondsMax, using: &random) >> Int64(40 - bits)
            var histogram = DurationHistogram()
            histogram.add(microseconds: value)
            histogram.add(microseconds: DurationHistogram.microsecondsMax)
            let told = try #require(histogram.percentile(50))
            #expect(told >= value && told - value <= value / 16, "\(value) \(told)")
        }
    }

    @Test(
        "What is added up and what is read back is as if counted at once; odd values are held within bounds"
    )
    func sums() throws {
        var random = SeededRandom(seed: 11)
        var whole = DurationHistogram()
        var parts = [DurationHistogram(), DurationHistogram(), DurationHistogram()]
        for number in 0..<3_000 {
            let value = Int64.random(in: 0...(1 << Int64(number % 38)), using: &random)
            whole.add(microseconds: value)
            parts[number % 2].add(microseconds: value)
        }
        var sum = parts[2]
        for part in parts { sum.add(part) }
        #expect(sum == whole)
        #expect(DurationHistogram(bytes: whole.bytes) == whole)
        #expect(DurationHistogram(bytes: DurationHistogram().bytes) == DurationHistogram())
        whole.add(microseconds: -5)
        whole.add(microseconds: .max)
        #expect(whole.leastMicroseconds == 0)
        #expect(whole.mostMicroseconds == DurationHistogram.microsecondsMax)
    }

    @Test("Damaged bytes are refused, whatever they are")
    func damage() {
        var histogram = DurationHistogram()
        for value in 1...300 { histogram.add(microseconds: Int64(value) * 997) }
        let bytes = histogram.bytes
        for length in 0..<bytes.count { _ = DurationHistogram(bytes: Array(bytes.prefix(length))) }
        #expect(DurationHistogram(bytes: Array(bytes.dropLast())) == nil)
        #expect(DurationHistogram(bytes: []) == nil)
        #expect(DurationHistogram(bytes: Array(repeating: 0xFF, count: 40)) == nil)
        #expect(DurationHistogram(bytes: [1, 1, 1, 1, 0x7F, 1]) == nil)
    }
}
