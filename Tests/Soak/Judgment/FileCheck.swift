import Store

/// Whether the file of a store holds, looked at beside the worker that has just opened it again.
enum FileCheck {
    /// How long looking may take in each round; a store grows.
    private static let secondsEachRound = 0.3

    /// What is wrong with the file; empty when all is well.
    static func problems(_ open: () throws -> any StoreReader) -> [String] {
        do {
            return try open().integrityProblems()
        } catch {
            // Damage may be met before it is looked for.
            return ["\(error)"]
        }
    }

    /// How many rounds go without a look after one that took so long.
    static func roundsWithout(afterSeconds seconds: Double) -> Int { Int(seconds / secondsEachRound) }
}
