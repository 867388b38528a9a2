/// How long after a fault as few orders are on their way again as before all faults.
///
/// Orders keep coming at their pace. So when no more of them are on their way than before, they are completed at the
/// pace of before too, at the latest since then.
struct CatchUp: Sendable {
    /// The most orders that were on their way at once while nothing was wrong.
    let calmBacklog: Int
    private(set) var faultEnd: UInt64
    private var lastAbove: UInt64

    init(calmBacklog: Int, at moment: UInt64) {
        self.calmBacklog = calmBacklog
        faultEnd = moment
        lastAbove = moment
    }

    /// A fault has ended; of several the last one counts.
    mutating func noteFaultEnd(at moment: UInt64) { faultEnd = moment }

    /// So many orders are on their way.
    mutating func note(backlog: Int, at moment: UInt64) {
        if backlog > calmBacklog { lastAbove = moment }
    }

    /// How long there have been no more than before.
    func calmSeconds(at moment: UInt64) -> Double { Self.seconds(lastAbove, moment) }

    /// From the end of the last fault to the last moment with more orders than before; 0 without one.
    var seconds: Double { Self.seconds(faultEnd, lastAbove) }

    private static func seconds(_ start: UInt64, _ end: UInt64) -> Double {
        end > start ? Double(end - start) / 1_000_000_000 : 0
    }
}
