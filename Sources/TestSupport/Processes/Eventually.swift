import Foundation

/// Looks every now and then until the condition holds; throws when the time is over first.
package func eventually(
    _ what: @autoclosure () -> String,
    seconds: Double = 60,
    every intervalSeconds: Double = 0.05,
    _ condition: () async throws -> Bool
) async throws {
    let seconds = seconds * Patience.factor
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw TestFailure("waited \(seconds) s in vain for \(what())")
        }
        await pause(seconds: intervalSeconds)
    }
}

/// Lets that much time go by, where time itself is what a test is about: a moment at which a process is killed.
package func pause(seconds: Double) async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { continuation.resume() }
    }
}
