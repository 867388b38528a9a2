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
    var backlog: [Rate]
    var lines: [Lines]

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
            rate on the full store over that on an empty one: \(Table.number(fullOverEmpty, digits: 2)) (at least 0.9)
            start to first hop on the full store: \(Table.number(secondsToFirstHop, digits: 2)) s (at most 2)

            \(long.text)
            """
    }
}
