import Catalog
import Foundation
import Messages
import Orders
import Station

/// What a tour feeds: the example files, then a stream of orders made from the valid ones.
struct OrderFeed {
    /// A message to send, and whether something is wrong with it on purpose.
    struct Item {
        var name: String
        var queue: String
        var body: [UInt8]
        var order: OrderFile?
        var isExpectedToFail: Bool
    }

    /// Where the example files are.
    let folder: String
    private(set) var examples: [Item] = []
    private var templates: [OrderFile] = []
    private let generated: Int
    let rate: Double
    private let roles: [RoleRuntime]
    private let seed: UInt64

    init(examplesFolder: String, generated: Int, rate: Double, seed: UInt64, roles: [RoleRuntime]) throws {
        folder = examplesFolder
        self.generated = generated
        self.rate = max(0.1, rate)
        self.roles = roles
        self.seed = seed
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: examplesFolder)
        } catch {
            throw CommandFailure(.badInput, "\(examplesFolder): the folder of example orders cannot be read")
        }
        for name in names.filter({ $0.hasSuffix(".xml") }).sorted() {
            let input = try OrderInput(
                path: examplesFolder + "/" + name,
                bytesMax: StationLimits().messageBytes
            )
            try add(input, name: name)
        }
        guard !templates.isEmpty else {
            throw CommandFailure(.badInput, "\(examplesFolder): it holds no order that a worker takes")
        }
    }

    private mutating func add(_ input: OrderInput, name: String) throws {
        let read: OrderFile
        do {
            read = try input.order(roles: roles)
        } catch {
            // Not readable on purpose: it goes where a careless sender would put it.
            let queue = roles.first?.configuration.orders.first ?? ""
            examples.append(
                Item(name: name, queue: queue, body: input.body, order: nil, isExpectedToFail: true)
            )
            return
        }
        let isInvalid = roles[read.role].problems(with: read.body) > 0
        // Each run has orders of its own, so that one in the same folder is not a repetition of the last.
        var own = try OrderVariants([read], roles: roles, seed: seed &+ UInt64(examples.count + 2))
        let order = own.next()
        let isRefused = name.contains("refused")
        examples.append(
            Item(
                name: name,
                queue: order.queue(of: roles[order.role]),
                body: order.body,
                order: order,
                isExpectedToFail: isInvalid || isRefused
            )
        )
        if !isInvalid && !isRefused && !name.contains("future") { templates.append(read) }
    }

    /// The generated orders, in order.
    func generatedItems() throws -> [Item] {
        var variants = try OrderVariants(templates, roles: roles, seed: seed &+ 1)
        return (0..<generated).map { _ in
            let order = variants.next()
            return Item(
                name: "generated",
                queue: order.queue(of: roles[order.role]),
                body: order.body,
                order: order,
                isExpectedToFail: false
            )
        }
    }
}
