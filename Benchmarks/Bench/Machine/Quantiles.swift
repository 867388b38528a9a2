/// Times in milliseconds, as the half, the slowest of a hundred, and the slowest.
struct Quantiles: Codable, Sendable {
    var count: Int
    var p50: Double
    var p99: Double
    var max: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        count = sorted.count
        p50 = Self.quantile(0.5, of: sorted)
        p99 = Self.quantile(0.99, of: sorted)
        max = sorted.last ?? 0
    }

    private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    static func median(_ values: [Double]) -> Double { quantile(0.5, of: values.sorted()) }
}
