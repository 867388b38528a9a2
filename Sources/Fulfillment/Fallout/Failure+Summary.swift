internal import Orders

extension Failure {
    /// One failure that names every reason; its code is theirs when they share one.
    static func summary(of failures: [Failure]) -> Failure {
        guard let first = failures.first else { return Failure(.orderInvalid, "the order is invalid") }
        if failures.count == 1 { return first }
        let shared = failures.allSatisfy { $0.code == first.code } ? first.code : .orderInvalid
        let reasons = failures.prefix(20).map { "\($0.code.rawValue): \($0.text)" }.joined(separator: "; ")
        let rest = failures.count > 20 ? "; and \(failures.count - 20) more" : ""
        return Failure(shared, reasons + rest, line: first.line)
    }
}
