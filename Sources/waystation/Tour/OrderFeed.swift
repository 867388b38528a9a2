import Foundation
import Messages
import Orders
import Station

/// What a tour feeds: the example files as they are, then a stream of orders made from the valid ones.
struct OrderFeed {
    /// A message to send, and whether something is wrong with it on purpose.
    struct Item {
        var name: String
        var queue: String
        var body: [UInt8]
        var order: OrderFile?
        var isExpectedToFail: Bool
    }

    private(set) var examples: [Item] = []
    private var templates: [OrderFile] = []
    private let generated: Int
    let rate: Double
    private let roles: [RoleRuntime]
    private let seed: UInt64
    private let prefix: String

    init(examplesFolder: String, generated: Int, rate: Double, seed: UInt64, roles: [RoleRuntime]) throws {
        self.generated = generated
        self.rate = max(0.1, rate)
        self.roles = roles
        self.seed = seed
        prefix = String(seed % 1_000_000, radix: 36).uppercased()
        let names = try FileManager.default.contentsOfDirectory(atPath: examplesFolder).filter { $0.hasSuffix(".xml") }
        for name in names.sorted() {
            let path = examplesFolder + "/" + name
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandFailure(.badInput, "\(path) cannot be read")
            }
            add([UInt8](data), path: path, name: name)
        }
        guard !templates.isEmpty else {
            throw CommandFailure(.badInput, "\(examplesFolder) holds no order that a worker takes")
        }
    }

    /// Each run sends orders of its own, so that one in the same folder is not a repetition of the last.
    private mutating func add(_ body: [UInt8], path: String, name: String) {
        guard let read = try? OrderFile(path: path, body: body, roles: roles) else {
            // Not readable on purpose: it goes where a careless sender would put it.
            let queue = roles.first?.configuration.orders.first ?? ""
            examples.append(Item(name: name, queue: queue, body: body, order: nil, isExpectedToFail: true))
            return
        }
        let order = read.variant(key: "\(read.key)-\(prefix)", messageID: "\(read.messageID)-\(prefix)")
        let isInvalid = roles[order.role].problems(with: order.body) > 0
        examples.append(
            Item(
                name: name, queue: order.queue(of: roles[order.role]), body: order.body, order: order,
                isExpectedToFail: isInvalid))
        if !isInvalid && !name.contains("future") { templates.append(read) }
    }

    /// The generated orders, in order.
    func generatedItems() -> [Item] {
        var chance = SeededGenerator(seed: seed)
        return (0..<generated).map { number in
            let template = templates[Int.random(in: templates.indices, using: &chance)]
            let order = template.variant(
                key: "G\(prefix)-\(number + 1)", messageID: "G\(prefix)-\(number + 1)-\(template.messageID)")
            return Item(
                name: "generated", queue: order.queue(of: roles[order.role]), body: order.body, order: order,
                isExpectedToFail: false)
        }
    }
}
