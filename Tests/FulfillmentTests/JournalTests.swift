import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Journal")
struct JournalTests {
    private let id = OrderID(role: "COM", key: "SO-1")

    private func bytes(
        _ hops: [(at: Timestamp, events: [OrderEvent])]
    ) throws -> [(at: Timestamp, events: [UInt8])] {
        try hops.map { ($0.at, try JournalCodec.encode($0.events)) }
    }

    @Test(
        "whatever happens: the fold of the journal is the state, nothing goes back, and releases are right and once",
        arguments: 0..<40
    )
    func random(group: UInt64) throws {
        for seed in group * 10..<group * 10 + 10 {
            let mayCancel = seed % 5 == 0
            var course = RandomCourse(seed: seed, mayCancel: mayCancel)
            var observer = IndependentObserver(catalog: course.run.decider.catalog)
            var watched = 0
            func watch(_ label: String) throws {
                guard course.run.hops.count > watched, let hop = course.run.hops.last else { return }
                watched = course.run.hops.count
                try observer.watch(hop.events, at: hop.at, state: course.run.state, "seed \(seed), \(label)")
            }
            course.submit()
            try watch("intake")
            var snapshot: (hops: Int, state: [UInt8])?
            for step in 0..<40 {
                course.step()
                try watch("step \(step)")
                if step == 17, let state = course.run.state {
                    snapshot = (course.run.hops.count, try JournalCodec.encode(state))
                }
            }
            let hops = try bytes(course.run.hops)
            let whole = try JournalCodec.fold(hops, onto: nil, id: id)
            #expect(whole == course.run.state, "seed \(seed)")
            if let snapshot {
                let tail = try JournalCodec.fold(Array(hops[snapshot.hops...]), onto: snapshot.state, id: id)
                #expect(tail == whole, "seed \(seed)")
            }
            for _ in 0..<40 where course.run.state?.lifecycle != .completed { course.finish() }
            if !mayCancel { #expect(course.run.state?.lifecycle == .completed, "seed \(seed) ends") }
            #expect(Set(course.run.events.released).count == course.run.events.released.count)
        }
    }

    @Test("a decision depends on its inputs only: the same again is the same, byte by byte")
    func deterministic() throws {
        for seed in UInt64(900)..<920 {
            var courses = (0..<2).map { _ in RandomCourse(seed: seed, mayCancel: true) }
            for index in courses.indices {
                courses[index].submit()
                for _ in 0..<30 { courses[index].step() }
            }
            #expect(try bytes(courses[0].run.hops).map(\.events) == bytes(courses[1].run.hops).map(\.events))
        }
    }

    @Test("a snapshot brings the index with it: later events find their places")
    func snapshotIndex() throws {
        var run = OrderRun(TestCatalogs.broadband)
        run.submit(TestOrders.triplePlay())
        let state = try #require(run.state)
        var read = try JournalCodec.decodeState(JournalCodec.encode(state))
        #expect(read == state)
        #expect(
            read.index.componentAt == state.index.componentAt
                && read.index.waits.dependants == state.index.waits.dependants
        )
        let decision = run.report("Sync/CRM/WholeOrder", "COMPLETE")
        for event in decision.events { read.apply(event, at: run.now) }
        #expect(read == run.state)
        #expect(read.component("Sync/CRM/WholeOrder") == .completed)
    }

    @Test(
        "a journal that does not begin with an intake, and bytes that are no events, are told without their data"
    )
    func unreadable() throws {
        let event = try JournalCodec.encode([OrderEvent.statusChanged("OPEN")])
        #expect(throws: JournalError.self) { try JournalCodec.fold([(.testStart, event)], onto: nil, id: id) }
        let secret = #"[{"statusChanged":{"_0":{"secret":"4711"}}}]"#
        for text in ["", "[", "[{}]", #"[{"noSuchEvent":{}}]"#, secret] {
            let error = #expect(throws: JournalError.self) { try JournalCodec.decodeEvents(Array(text.utf8)) }
            #expect(error?.description.contains("4711") == false)
            #expect(throws: JournalError.self) { try JournalCodec.decodeState(Array(text.utf8)) }
        }
        #expect(try JournalCodec.fold([], onto: nil, id: id) == nil)
    }

    @Test("events for what is not there change nothing and stop nobody")
    func strangeEvents() throws {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        run.submit(TestOrders.things(1))
        let before = try #require(run.state)
        let events: [OrderEvent] = [
            .componentReleased("X"), .componentScheduled("X", due: .testStart), .waitHeld("X", dependency: 9),
            .externalIDKnown("X", externalID: "1"),
            .lineProgressed("X", line: "1", state: "OPEN", external: ""),
            .lineProgressed("A/A/1/LineGranularity", line: "9", state: "OPEN", external: ""),
            .componentProgressed("X", state: "OPEN", processing: .failed),
            .componentMilestone("X", milestone: "M"),
            .milestoneReached("9", milestone: "M"),
            .valueRecorded("9", attribute: LineAttribute(name: "a", value: "b")),
            .lineStateChanged("9", state: "FAILED"), .linesWithoutWork(["9"]), .parkedApplied("nobody"),
            .parkedDropped("nobody"),
        ]
        var after = before
        for event in events { after.apply(event, at: .testStart) }
        #expect(after == before)
    }

    @Test("failures kept with the state have a limit; the newest stay")
    func failuresLimit() throws {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        run.submit(TestOrders.things(1))
        var state = try #require(run.state)
        for number in 0..<OrderState.failuresMax + 10 {
            state.apply(.failureRaised(Failure(.systemRefused, "\(number)")), at: .testStart)
        }
        #expect(state.failures.count == OrderState.failuresMax)
        #expect(state.failures.first?.text == "10")
    }
}

extension OrderState {
    fileprivate func component(_ id: ComponentID) -> ProcessingState? {
        components.first { $0.id == id }?.processing
    }
}
