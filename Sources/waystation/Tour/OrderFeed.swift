import Broker
import Catalog
import Foundation
import Messages
import Orders
import Station

/// What a tour feeds: the example files, then a stream of orders made from the valid ones.
struct OrderFeed {
    /// A message to send, and what is wrong with it on purpose.
    struct Item {
        var name: String
        var queue: String
        var body: [UInt8]
        var order: OrderFile?
        var expectedFault: FailureCode?
    }

    /// Where the example files are.
    let folder: String
    private(set) var examples: [Item] = []
    /// Generated orders that follow the examples; without end when there is none.
    let generated: Int?
    let rate: Double
    private let roles: [RoleRuntime]
    private var variants: OrderVariants

    /// A seed makes the same orders, another seed other ones: a run in the folder of an earlier one repeats nothing.
    init(examplesFolder: String, generated: Int?, rate: Double, seed: UInt64, roles: [RoleRuntime]) throws {
        folder = examplesFolder
        self.generated = generated
        self.rate = max(0.1, rate)
        self.roles = roles
        // Each file has a seed of its own, so that those of neighboring seeds have nothing in common.
        var seeds = SeededGenerator(seed: seed)
        var templates: [OrderFile] = []
        for input in try Self.inputs(examplesFolder) {
            let example = try Self.example(input, roles: roles, seed: seeds.next())
            examples.append(example.item)
            if let template = example.template { templates.append(template) }
        }
        guard !templates.isEmpty else {
            throw CommandFailure(.badInput, "\(examplesFolder): it holds no order that a worker takes")
        }
        variants = try OrderVariants(templates, roles: roles, seed: seeds.next())
    }

    private static func inputs(_ folder: String) throws -> [OrderInput] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw CommandFailure(.badInput, "\(folder): the folder of example orders cannot be read")
        }
        return try names.filter { $0.hasSuffix(".xml") }.sorted().map {
            try OrderInput(path: folder + "/" + $0, bytesMax: StationLimits().messageBytes)
        }
    }

    /// What is sent of a file, and the file where orders can be made from it that come to their end.
    private static func example(
        _ input: OrderInput,
        roles: [RoleRuntime],
        seed: UInt64
    ) throws -> (item: Item, template: OrderFile?) {
        let name = URL(fileURLWithPath: input.path).lastPathComponent
        let read: OrderFile
        do throws(DecodingFailure) {
            read = try OrderFile(path: input.path, body: input.body, roles: roles)
        } catch {
            // Not readable on purpose: it goes where a careless sender would put it.
            let queue = roles.first?.configuration.orders.first ?? ""
            let item = Item(name: name, queue: queue, body: input.body, expectedFault: error.failure.code)
            return (item, nil)
        }
        var own = try OrderVariants([read], roles: roles, seed: seed)
        let order = own.next()
        var item = Item(order, named: name, roles: roles)
        let problems = Set(roles[read.role].problems(with: read.body))
        if name.contains("refused") { item.expectedFault = .systemRefused }
        // Several kinds of reasons are told under one code.
        if !problems.isEmpty { item.expectedFault = problems.count == 1 ? problems.first : .orderInvalid }
        return (item, item.expectedFault == nil && !name.contains("future") ? read : nil)
    }

    /// The next generated order.
    mutating func next() -> Item { Item(variants.next(), named: "generated", roles: roles) }
}

extension OrderFeed.Item {
    fileprivate init(_ order: OrderFile, named name: String, roles: [RoleRuntime]) {
        self.name = name
        queue = order.queue(of: roles[order.role])
        body = order.body
        self.order = order
    }
}
