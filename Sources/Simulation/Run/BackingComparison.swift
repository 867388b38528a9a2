internal import Orders
internal import Store

/// A real store that was told the same as a simulated one must hold the same.
enum BackingComparison {
    static func problems(of disk: SimulatedDisk) -> [String] {
        guard let backing = disk.backing else { return [] }
        do throws(StoreError) {
            return try differences(backing.openReader(), disk.openReader())
        } catch {
            return ["the real store cannot be read: \(error)"]
        }
    }

    private static func differences(
        _ real: any StoreReader,
        _ simulated: SimulatedStoreReader
    ) throws(StoreError) -> [String] {
        var problems = try real.integrityProblems() + real.consistencyProblems(limit: 10)
        if try real.statistics() != simulated.statistics() {
            problems.append("the real store counts \(try real.statistics()), not \(simulated.statistics())")
        }
        let start = Timestamp(milliseconds: 0)
        if try real.flows(since: start, limit: 100_000) != simulated.flows(since: start, limit: 100_000) {
            problems.append("the real store has counted other flows")
        }
        if try real.waits() != simulated.waits() { problems.append("in the real store others wait") }
        let orders = try real.orders(afterRow: 0, limit: 100_000)
        if orders != simulated.orders(afterRow: 0, limit: 100_000) {
            problems.append("the real store has other orders")
        }
        for order in orders {
            let (found, wanted) = (try real.history(order.id), simulated.history(order.id))
            if found?.journal != wanted?.journal { problems.append("\(order.id) has another journal") }
            if found?.snapshot != wanted?.snapshot { problems.append("\(order.id) has another snapshot") }
        }
        return problems
    }
}
