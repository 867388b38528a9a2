import Foundation
import Logging
import Orders

/// Writes one line a record to standard error, as readable text or as JSON.
struct LineLogHandler: LogHandler {
    enum Format {
        case text
        case json
    }

    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let label: String
    private let format: Format

    init(label: String, format: Format, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = self.metadata
        if let more = event.metadata { fields.merge(more) { $1 } }
        let sorted = fields.sorted { $0.key < $1.key }
        let time = SystemClock().now().text
        let line: String
        switch format {
        case .text:
            let values = sorted.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
            line = "\(time) \(event.level.rawValue.uppercased()) \(event.message)\(values)"
        case .json:
            let values = sorted.map { ",\(JSONText.quoted($0.key)):\(JSONText.quoted("\($0.value)"))" }
                .joined()
            line =
                "{\"time\":\"\(time)\",\"level\":\"\(event.level.rawValue)\",\"logger\":\(JSONText.quoted(label)),"
                + "\"message\":\(JSONText.quoted("\(event.message)"))\(values)}"
        }
        Console.tell(line)
    }

    private static func quoted(_ text: String) -> String {
        text.contains(where: { $0 == " " || $0 == "\"" || $0.isNewline }) ? JSONText.quoted(text) : text
    }
}

/// Text as JSON writes it.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
