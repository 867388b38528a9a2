import Workload

/// What a ledger remembers, one line each: words between tabs.
enum LedgerLine: Hashable {
    /// About to be sent: an order of the stream, so many times.
    case sent(number: Int)
    /// The broker has taken responsibility for it.
    case confirmed(number: Int)
    /// A message that nobody can read, about to be sent.
    case planted(id: String)
    case plantedConfirmed(id: String)
    /// The station told of an order.
    case upstream(Output, status: String, created: String)
    /// The station asked a system.
    case request(Output, queue: String)
    /// The station put it aside as unreadable.
    case error(Output)
    /// The station told of a fault.
    case fallout(Output)
    /// The station told of trouble of its own: the broker, the store or a queue was away.
    case trouble(Output, code: String)

    /// A message of the station as it arrived.
    struct Output: Hashable {
        var id: String
        var correlation: String
        var digest: String
        var isRedelivered: Bool
    }

    var text: String {
        switch self {
        case .sent(let number): "sent\t\(number)"
        case .confirmed(let number): "confirmed\t\(number)"
        case .planted(let id): "planted\t\(id)"
        case .plantedConfirmed(let id): "planted-confirmed\t\(id)"
        case .upstream(let output, let status, let created):
            "upstream\t\(output.text)\t\(status)\t\(created)"
        case .request(let output, let queue): "request\t\(output.text)\t\(queue)"
        case .error(let output): "error\t\(output.text)"
        case .fallout(let output): "fallout\t\(output.text)"
        case .trouble(let output, let code): "trouble\t\(output.text)\t\(code)"
        }
    }

    /// The order whose end it tells; nil for everything else.
    var endedOrder: Int? {
        guard case .upstream(let output, "COMPLETE", _) = self else { return nil }
        return OrderStream.number(ofKey: output.correlation)
    }

    init?(_ text: Substring) {
        let words = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1 else { return nil }
        switch words[0] {
        case "sent", "confirmed":
            guard let number = Int(words[1]) else { return nil }
            self = words[0] == "sent" ? .sent(number: number) : .confirmed(number: number)
        case "planted": self = .planted(id: words[1])
        case "planted-confirmed": self = .plantedConfirmed(id: words[1])
        default:
            guard words.count >= 5 else { return nil }
            let output = Output(
                id: words[1],
                correlation: words[2],
                digest: words[3],
                isRedelivered: words[4] == "again"
            )
            switch (words[0], words.count) {
            case ("upstream", 7): self = .upstream(output, status: words[5], created: words[6])
            case ("request", 6): self = .request(output, queue: words[5])
            case ("error", 5): self = .error(output)
            case ("fallout", 5): self = .fallout(output)
            case ("trouble", 6): self = .trouble(output, code: words[5])
            default: return nil
            }
        }
    }
}

extension LedgerLine.Output {
    fileprivate var text: String { "\(id)\t\(correlation)\t\(digest)\t\(isRedelivered ? "again" : "first")" }
}
