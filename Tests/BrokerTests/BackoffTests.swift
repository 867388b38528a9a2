import Broker
import Testing

@Suite("Back-off")
struct BackoffTests {
    @Test("Waits grow from the shortest to the longest and stay within half a step")
    func grows() {
        var backoff = Backoff(shortestSeconds: 0.2, longestSeconds: 10)
        var random = SeededGenerator(seed: 7)
        var step = 0.4
        for _ in 0..<20 {
            let seconds = backoff.next(using: &random)
            #expect(seconds >= step / 2 && seconds <= step)
            step = min(step * 2, 10)
        }
        #expect(backoff.failures == 20)
    }

    @Test("The longest wait is reached and the shortest comes back after a reset")
    func resets() {
        var backoff = Backoff(shortestSeconds: 0.2, longestSeconds: 10)
        var random = SeededGenerator(seed: 1)
        for _ in 0..<1000 { _ = backoff.next(using: &random) }
        #expect(backoff.next(using: &random) >= 5)
        backoff.reset()
        #expect(backoff.next(using: &random) <= 0.4)
    }

    @Test("The same seed gives the same waits, another seed others")
    func repeats() {
        func waits(seed: UInt64) -> [Double] {
            var backoff = Backoff()
            var random = SeededGenerator(seed: seed)
            return (0..<8).map { _ in backoff.next(using: &random) }
        }
        #expect(waits(seed: 3) == waits(seed: 3))
        #expect(waits(seed: 3) != waits(seed: 4))
    }
}
