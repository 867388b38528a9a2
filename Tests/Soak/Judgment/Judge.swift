import Broker
import Foundation
import Orders
import Station
import Workload

/// Compares what was sent with what arrived, from the ledgers alone.
struct Judge {
    private let stream: OrderStream
    /// What must be asked for each order: queue and component, by template.
    let expected: [Set<Step>]
    /// How many pieces of news are told upstream of each order, by template.
    let expectedNews: [Int]
    /// Times of the station are no measure when its clock steps.
    private let comparesTimes: Bool
    /// So often may the station have told of one kind of trouble of its own.
    private let troublesMax: Int

    /// A step of an order as a system sees it.
    struct Step: Hashable {
        var queue: String
        var component: String
    }

    /// What a run in this process, without broker and store, asks for.
    ///
    /// Each of so many `rounds` may take the broker, the store or a queue away, and once more when what depends on it
    /// comes back later than it does: that often each role may tell of it.
    init(
        stream: OrderStream,
        flow: RecordedFlow,
        queues: StationQueues,
        comparesTimes: Bool,
        rounds: Int
    ) throws {
        self.stream = stream
        self.comparesTimes = comparesTimes
        troublesMax = 2 * flow.roles.count * rounds
        let systems = Set(queues.systems.flatMap(\.queues))
        let now = Moment.wall()
        let flows = try stream.lineCounts.indices.map { number in
            try flow.run(stream.message(number, now: now), now: now).flatMap(\.outbox)
        }
        expected = try flows.enumerated().map { number, sent in
            let key = stream.identity(number).key
            let steps = sent.filter { systems.contains($0.destination.routingKey) }.map {
                Step(
                    queue: $0.destination.routingKey,
                    component: String(($0.message.properties.correlationID ?? "").dropFirst(key.count))
                )
            }
            guard !steps.isEmpty else {
                throw SoakProblem("an order like \(stream.templateName(number)) asks for nothing")
            }
            return Set(steps)
        }
        expectedNews = flows.map { sent in
            sent.count { queues.purpose(of: $0.destination.routingKey) == .upstream }
        }
    }

    /// Reads both ledgers.
    func verdict(generator: String, sink: String) throws -> Verdict {
        var verdict = Verdict()
        let sent = try readSent(generator, &verdict)
        var reading = Reading()
        try forEachLine(of: sink) { line in take(line, &reading, &verdict) }
        judge(sent, reading, &verdict)
        return verdict
    }

    private func forEachLine(of path: String, _ body: (LedgerLine) -> Void) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for line in text.split(separator: "\n") {
            guard let read = LedgerLine(line) else {
                throw SoakProblem("\(path): '\(line)' is no ledger line")
            }
            body(read)
        }
    }

    // MARK: What was sent

    private struct Sent {
        var numbers: Set<Int> = []
        var confirmed: Set<Int> = []
        var planted: Set<String> = []
        var plantedConfirmed: Set<String> = []
    }

    private func readSent(_ path: String, _ verdict: inout Verdict) throws -> Sent {
        var sent = Sent()
        try forEachLine(of: path) { line in
            switch line {
            case .sent(let number): sent.numbers.insert(number)
            case .confirmed(let number): sent.confirmed.insert(number)
            case .planted(let id): sent.planted.insert(id)
            case .plantedConfirmed(let id): sent.plantedConfirmed.insert(id)
            case .upstream, .request, .error, .fallout, .trouble: break
            }
        }
        verdict.attempted = sent.numbers.count
        verdict.confirmed = sent.confirmed.count
        verdict.poisonPlanted = sent.planted.count
        return sent
    }

    // MARK: What arrived

    private struct Reading {
        var digests: [String: String] = [:]
        var completed: Set<Int> = []
        var lastNews: [Int: (rank: Int, created: String)] = [:]
        var asked: [Int: [Step: String]] = [:]
        var errors: Set<String> = []
        var fallout: [String] = []
        var troubles: [String: Int] = [:]
        /// Numbers that outputs speak of.
        var mentioned: Set<Int> = []
    }

    private static let ranks = ["OPEN": 0, "IN PROGRESS": 1, "COMPLETE": 2]

    private func take(_ line: LedgerLine, _ reading: inout Reading, _ verdict: inout Verdict) {
        switch line {
        case .upstream(let output, let status, let created):
            guard isNew(output, &reading, &verdict) else { return }
            takeNews(output, status, created, &reading, &verdict)
        case .request(let output, let queue):
            guard isNew(output, &reading, &verdict) else { return }
            takeRequest(output, queue, &reading, &verdict)
        case .error(let output):
            if isNew(output, &reading, &verdict) { reading.errors.insert(output.id) }
        case .fallout(let output):
            if isNew(output, &reading, &verdict) { reading.fallout.append(output.correlation) }
        case .trouble(let output, let code):
            if isNew(output, &reading, &verdict) { reading.troubles[code, default: 0] += 1 }
        case .sent, .confirmed, .planted, .plantedConfirmed: break
        }
    }

    private func isNew(
        _ output: LedgerLine.Output,
        _ reading: inout Reading,
        _ verdict: inout Verdict
    ) -> Bool {
        verdict.outputs += 1
        if output.isRedelivered { verdict.redeliveredToSink += 1 }
        guard let known = reading.digests.updateValue(output.digest, forKey: output.id) else {
            verdict.outputsUnique += 1
            return true
        }
        verdict.outputsRepeated += 1
        if known != output.digest {
            verdict.differentBytes.append("message \(output.id) of \(output.correlation)")
        }
        return false
    }

    private func takeNews(
        _ output: LedgerLine.Output,
        _ status: String,
        _ created: String,
        _ reading: inout Reading,
        _ verdict: inout Verdict
    ) {
        guard let number = OrderStream.number(ofKey: output.correlation) else {
            verdict.unexpected.append("news of \(output.correlation), message \(output.id)")
            return
        }
        reading.mentioned.insert(number)
        guard let rank = Self.ranks[status] else {
            verdict.unexpected.append("status \(status) of order \(output.correlation), message \(output.id)")
            return
        }
        if let last = reading.lastNews[number],
            rank < last.rank || (comparesTimes && created < last.created)
        {
            verdict.orderViolations.append(
                "order \(output.correlation): \(status) of \(created) came after rank \(last.rank) of \(last.created), "
                    + "message \(output.id)"
            )
        }
        reading.lastNews[number] = (rank, created)
        if status == "COMPLETE", !reading.completed.insert(number).inserted {
            verdict.duplicateEffects.append("the end of \(output.correlation), again by \(output.id)")
        }
    }

    private func takeRequest(
        _ output: LedgerLine.Output,
        _ queue: String,
        _ reading: inout Reading,
        _ verdict: inout Verdict
    ) {
        let key = output.correlation.prefix { $0 != "/" && $0 != "_" }
        guard let number = OrderStream.number(ofKey: key), stream.identity(number).key == key else {
            verdict.unexpected.append("a request for \(output.correlation) on \(queue), message \(output.id)")
            return
        }
        reading.mentioned.insert(number)
        let step = Step(queue: queue, component: String(output.correlation.dropFirst(key.count)))
        if let before = reading.asked[number]?[step] {
            verdict.duplicateEffects.append("\(output.correlation) on \(queue) by \(before) and \(output.id)")
        }
        reading.asked[number, default: [:]][step] = output.id
        if !expected[number % expected.count].contains(step) {
            verdict.unexpected.append("a request for \(output.correlation) on \(queue), message \(output.id)")
        }
    }

    // MARK: Both together

    private func judge(_ sent: Sent, _ reading: Reading, _ verdict: inout Verdict) {
        verdict.completed = reading.completed.intersection(sent.numbers).count
        // What is unreadable is put aside, and told of.
        verdict.outputsExpected = 2 * sent.plantedConfirmed.union(reading.errors).count
        for number in sent.confirmed.union(reading.completed) {
            let template = number % expected.count
            verdict.outputsExpected += expected[template].count + expectedNews[template]
        }
        for number in sent.confirmed.subtracting(reading.completed).sorted() {
            verdict.lost.append(
                "order \(stream.identity(number).key) was confirmed and never came to its end"
            )
        }
        for number in reading.completed.intersection(sent.numbers).sorted() {
            let missing = expected[number % expected.count].subtracting((reading.asked[number] ?? [:]).keys)
            for step in missing {
                verdict.lost.append(
                    "order \(stream.identity(number).key) is complete, and \(step.component) was never asked on \(step.queue)"
                )
            }
        }
        for number in reading.mentioned.subtracting(sent.numbers).sorted() {
            verdict.unexpected.append("order \(stream.identity(number).key) was never sent")
        }
        verdict.poisonFound = reading.errors.count
        for id in sent.plantedConfirmed.subtracting(reading.errors).sorted() {
            verdict.lost.append("unreadable message \(id) is not in the error queue")
        }
        for id in reading.errors.subtracting(sent.planted).sorted() {
            verdict.unexpected.append("message \(id) is in the error queue")
        }
        // Each unreadable message is told of once; nothing else fails.
        if reading.fallout.count != sent.planted.count {
            verdict.unexpected.append(
                "\(reading.fallout.count) faults for \(sent.planted.count) unreadable messages: \(reading.fallout.prefix(5))"
            )
        }
        verdict.troublesTold = reading.troubles.values.reduce(0, +)
        for (code, count) in reading.troubles.sorted(by: { $0.key < $1.key }) where count > troublesMax {
            verdict.unexpected.append("\(code) was told \(count) times, \(troublesMax) times at most")
        }
    }
}
