/// How the station grows: what is written to `bench-growth.json`.
struct GrowthReport: Codable, Sendable {
    /// A rate and what it took.
    struct Rate: Codable, Sendable {
        var what: String
        var hopsPerSecond: Double
        var cpuMicrosecondsPerHop: Double
        var peakMegabytes: Double
    }

    struct Lines: Codable, Sendable {
        var shape: String
        var lines: Int
        var orders: Int
        var hops: Int
        var cpuMicrosecondsPerLine: Double
        var cpuMicrosecondsPerHop: Double
    }

    var closedOrders: Int
    var openOrders: Int
    var storeMegabytes: Double
    var rates: [Rate]
    /// The rate on the full store over that on an empty one.
    var fullOverEmpty: Double
    /// From the start of the process to its first committed hop, an update of an order that had long been open.
    var secondsToFirstHop: Double
    /// Each part in the middle of its repetitions.
    var backlog: [Rate]
    var lines: [Lines]

    private static let fullOverEmptyLeast = 0.9
    private static let secondsToFirstHopMost = 2.0
    private static let megabytesMost = 200.0
    /// Of the slowest part of the backlog over the fastest: their hops are alike, the machine is not always.
    private static let drainLeast = 0.8
    /// Of a line in the longest orders over one in the cheapest of at least `linesLeast`, of one shape.
    private static let linearityMost = 1.25
    private static let linesLeast = 30

    /// What grows more than it may.
    var problems: [String] {
        var problems: [String] = []
        if fullOverEmpty < Self.fullOverEmptyLeast {
            problems.append("a full store costs \(Table.number((1 - fullOverEmpty) * 100)) % of the rate")
        }
        if secondsToFirstHop > Self.secondsToFirstHopMost {
            problems.append(
                "\(Table.number(secondsToFirstHop, digits: 2)) s from the start to the first hop"
            )
        }
        for rate in rates + backlog where rate.peakMegabytes > Self.megabytesMost {
            problems.append("\(rate.what): \(Table.number(rate.peakMegabytes)) MB of memory")
        }
        if drain < Self.drainLeast {
            problems.append("the backlog drains unevenly: \(Table.number(drain, digits: 2))")
        }
        for (shape, ratio) in linearity where ratio > Self.linearityMost {
            problems.append(
                "a line costs \(Table.number(ratio, digits: 2)) times as much in long orders, \(shape)"
            )
        }
        return problems
    }

    /// Rate of the slowest part of the backlog over that of the fastest.
    private var drain: Double {
        let rates = backlog.map(\.hopsPerSecond)
        return (rates.min() ?? 0) / (rates.max() ?? .infinity)
    }

    /// By shape, what a line costs in the longest orders over what it costs in the cheapest.
    private var linearity: [(shape: String, ratio: Double)] {
        Dictionary(grouping: lines.filter { $0.lines >= Self.linesLeast }, by: \.shape).compactMap {
            shape,
            rows in
            guard let longest = rows.max(by: { $0.lines < $1.lines }),
                let least = rows.map(\.cpuMicrosecondsPerLine).min()
            else { return nil }
            return (shape, longest.cpuMicrosecondsPerLine / least)
        }.sorted { $0.shape < $1.shape }
    }

    var text: String {
        var table = Table(["", "hops/s", "CPU us/hop", "peak MB"])
        for rate in rates + backlog {
            table.add([
                rate.what, Table.number(rate.hopsPerSecond), Table.number(rate.cpuMicrosecondsPerHop),
                Table.number(rate.peakMegabytes),
            ])
        }
        var long = Table(["lines an order", "", "orders", "hops", "CPU us/line", "CPU us/hop"])
        for row in lines {
            long.add([
                "\(row.lines)", row.shape, "\(row.orders)", "\(row.hops)",
                Table.number(row.cpuMicrosecondsPerLine),
                Table.number(row.cpuMicrosecondsPerHop),
            ])
        }
        return """
            full store: \(closedOrders) closed and \(openOrders) open orders, \(Table.number(storeMegabytes)) MB
            \(table.text)
            rate on the full store over that on an empty one: \(Table.number(fullOverEmpty, digits: 2)) (at least \(Self.fullOverEmptyLeast))
            start to first hop on the full store: \(Table.number(secondsToFirstHop, digits: 2)) s (at most \(Self.secondsToFirstHopMost))

            \(long.text)
            a line in the longest orders over one in the cheapest (at most \(Self.linearityMost)): \(linearityText)
            slowest part of the backlog over the fastest: \(Table.number(drain, digits: 2)) (at least \(Self.drainLeast))
            memory at most \(Table.number(Self.megabytesMost)) MB
            """
    }

    private var linearityText: String {
        linearity.map { "\($0.shape) \(Table.number($0.ratio, digits: 2))" }.joined(separator: ", ")
    }
}
