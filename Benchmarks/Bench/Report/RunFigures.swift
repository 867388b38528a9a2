/// What a run showed.
struct RunFigures: Codable, Sendable {
    var name: String
    var hops: Int
    var hopsPerSecond: Double
    /// Of the worker itself.
    var cpuMicrosecondsPerHop: Double
    /// Of the broker.
    var brokerCPUMicrosecondsPerHop: Double
    var peakMegabytes: Double
    /// Of those that are not the worker and not the broker: order capture, systems, and who is told upstream.
    var surroundingsCPUMicrosecondsPerHop: Double?
    var ordersPerSecond: Double?
    var publishedPerHop: Double?
    /// Messages that the broker took, by whomever they were sent.
    var brokerMessagesPerHop: Double?
    /// Bytes of a message as the broker receives it, on average: orders, requests, answers, and what is told upstream.
    var bytesPerMessage: Double?
    var cpuMicrosecondsPerHopByThread: [String: Double]?
    var answeredFromTemplate: Int?
    var answeredByEmulation: Int?
    /// Hops a second of every repetition; the others are those of the run in the middle.
    var repetitions: [Double]?

    /// The run in the middle, with the speeds of all.
    static func median(_ runs: [RunFigures]) -> RunFigures? {
        let sorted = runs.sorted { $0.hopsPerSecond < $1.hopsPerSecond }
        guard !sorted.isEmpty else { return nil }
        var middle = sorted[sorted.count / 2]
        middle.repetitions = runs.map(\.hopsPerSecond)
        return middle
    }
}

/// How long orders take at a steady rate, in milliseconds.
struct LatencyFigures: Codable, Sendable {
    var ordersPerSecond: Double
    /// From the sending of an order to the arrival of the first request at a system.
    var toFirstRequest: Quantiles
    /// From the sending of an order to the first request of SOM, which its first provisioning order led to.
    var toFirstRequestOfSecondRole: Quantiles
    /// From the sending of an order to the message upstream that it is complete.
    var toCompletion: Quantiles
}

/// How long one order takes on an idle station, in milliseconds.
struct LoneFigures: Codable, Sendable {
    var toFirstProvisioningOrder: Quantiles
    /// Of the same disk, for 4 KiB.
    var sync: Quantiles
    /// Three syncs and 5 ms.
    var limitMilliseconds: Double
}
