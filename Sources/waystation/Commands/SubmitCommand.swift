import ArgumentParser
import Broker
import Catalog
import Foundation
import Orders
import Station

/// `waystation submit`: orders from files, sent as order capture would send them.
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Sends order files to the worker that takes them, and waits until the broker has them.",
        discussion: """
            Which role takes a file follows from what its catalog accepts and recognizes. Urgent orders go to the urgent \
            queue where the role has one. Each line of output is the key, the message id and the queue of one order. A \
            file that cannot be an order is refused as FILE:line:column with exit code 65, and then nothing at all is \
            sent. An order with wrong content is sent: the worker keeps it in state Failed with every reason \
            (`waystation plan FILE` tells them beforehand).

            Examples:
              waystation submit Examples/broadband/orders/mobile.xml
              generate-order | waystation submit -
              waystation submit orders/*.xml --generate 1000 --rate 50 --seed 7
            """
    )

    @OptionGroup var options: ConfigurationOption

    @Argument(help: "Files with one order each; - is standard input.")
    var files: [String]

    @Option(name: .long, help: "Send to this role, whoever else would take the order, too.")
    var role: String?

    @Option(name: .long, help: "Send to this queue instead of the role's own.")
    var queue: String?

    @Option(
        name: .long,
        help: "Send so many orders made from the files, each with a key and a message id of its own."
    )
    var generate: Int?

    @Option(name: .long, help: "Generated orders a second; as fast as the broker takes them when not given.")
    var rate: Double?

    @Option(
        name: .long,
        help: "The seed of generated keys and ids: the same files and seed make the same orders."
    )
    var seed: UInt64?

    @Option(name: .long, help: "Give up when the broker has not confirmed for so many seconds.")
    var timeoutSeconds = 15.0

    @Flag(name: .long, help: "Write JSON: [{key, messageId, queue, role, file, type, priority, status}].")
    var json = false

    /// Orders generated in one run at most.
    private static let generatedMax = 10_000_000

    func validate() throws {
        if let generate, !(1...Self.generatedMax).contains(generate) {
            throw ValidationError("--generate takes a number from 1 to \(Self.generatedMax)")
        }
        if let rate, !(rate > 0 && rate <= 1_000_000) {
            throw ValidationError("--rate takes a number above 0")
        }
        guard generate != nil || (rate == nil && seed == nil) else {
            throw ValidationError("--rate and --seed belong to --generate; say how many orders to generate")
        }
        guard timeoutSeconds > 0, timeoutSeconds <= 86_400 else {
            throw ValidationError("--timeout-seconds takes a number above 0, and up to 86400")
        }
        if files.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("standard input can be read only once")
        }
    }

    func run() throws {
        try CommandFailure.reporting {
            let loaded = try options.loadStation(role: role)
            let orders = try read(loaded)
            let seed = seed ?? FreshSeed.next()
            var source = try OrderSource(
                orders,
                roles: loaded.roles,
                generate: generate,
                seed: seed
            )
            if generate != nil, self.seed == nil {
                Console.tell("seed \(seed) (give it with --seed to make the same orders again)")
            }
            var submission = Submission(
                sender: Sender(broker: try loaded.configuration.broker.open(), name: "waystation submit"),
                timeoutSeconds: timeoutSeconds,
                keepsResults: json
            )
            defer { submission.close() }
            let start = DispatchTime.now()
            while let order = source.next() {
                let runtime = loaded.roles[order.role]
                try submission.send(order, role: runtime.role, queue: queue ?? order.queue(of: runtime))
                if let rate { Self.wait(from: start, seconds: Double(source.taken) / rate) }
            }
            try submission.finish()
            if json { Console.write(.array(submission.results)) }
            try submission.requireAllTaken()
        }
    }

    /// Everything is read before anything is sent.
    private func read(_ loaded: LoadedStation) throws -> [OrderFile] {
        var orders: [OrderFile] = []
        var complaints: [String] = []
        for file in files {
            do throws(CommandFailure) {
                let input = try OrderInput(path: file, bytesMax: loaded.configuration.limits.messageBytes)
                orders.append(try input.order(roles: loaded.roles))
            } catch {
                complaints.append(error.description)
            }
        }
        guard complaints.isEmpty else {
            let count = "\(complaints.count) of \(NameList.count(files.count, "file")) cannot be an order"
            throw CommandFailure(
                .badInput,
                (complaints + ["\(count); nothing was sent"]).joined(separator: "\n")
            )
        }
        return orders
    }

    private static func wait(from start: DispatchTime, seconds: Double) {
        let elapsed = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
        if seconds > elapsed { Thread.sleep(forTimeInterval: seconds - elapsed) }
    }
}

/// The orders to be sent, one after the other: the files themselves, or what is generated from them.
private struct OrderSource {
    private let orders: [OrderFile]
    private var variants: OrderVariants?
    private let count: Int
    private(set) var taken = 0

    init(_ orders: [OrderFile], roles: [RoleRuntime], generate: Int?, seed: UInt64) throws(CommandFailure) {
        self.orders = orders
        count = generate ?? orders.count
        variants = generate == nil ? nil : try OrderVariants(orders, roles: roles, seed: seed)
    }

    mutating func next() -> OrderFile? {
        guard taken < count else { return nil }
        defer { taken += 1 }
        return variants?.next() ?? orders[taken]
    }
}
