// swift-tools-version: 6.2
import PackageDescription

/// The same compiler settings for every target of ours; a misspelt feature is silently ignored, so they stand in one place.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
/// Targets that import C mark each unsafe use.
let cSettings = settings + [.strictMemorySafety()]

let isSanitized = Context.environment["WAYSTATION_SANITIZED"] != nil

/// The allocator of programs that run all day.
///
/// Messages are made on one thread and given back on another, which costs the C library's allocator much: with that of
/// gperftools a hop takes a tenth less processor time. A sanitizer brings its own.
let allocator: [LinkerSetting] = isSanitized ? [] : [.linkedLibrary("tcmalloc_minimal")]

/// A library target of this package.
func module(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    settings: [SwiftSetting] = settings
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A test target: the module it tests, the shared test support, and what else it needs.
func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    exclude: [String] = [],
    resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies + ["TestSupport"],
        exclude: exclude,
        resources: resources,
        swiftSettings: settings
    )
}

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "waystation",
    products: [
        .executable(name: "waystation", targets: ["waystation"]),
        // Loaded before a worker by the soak: faults of disk and clock, and deaths at named points.
        .library(name: "FaultShim", type: .dynamic, targets: ["CFaultShim"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CRabbitMQ",
            pkgConfig: "librabbitmq",
            providers: [.apt(["librabbitmq-dev"])]
        ),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .target(name: "CXML", dependencies: ["CLibXML2"]),
        // A file system for SQLite that writes its log in large pieces.
        .target(name: "CLogVFS", linkerSettings: [.linkedLibrary("sqlite3")]),

        // What values of all kinds are made of.
        module("Values"),
        module("Orders", ["Values"]),
        module("Fulfillment", ["Orders"]),
        module("XML", ["CXML"], settings: cSettings),
        .target(
            name: "Messages",
            dependencies: ["Orders", "Fulfillment", "Broker", "XML"],
            exclude: ["Schemas"],
            swiftSettings: settings
        ),
        module("Broker", ["Values"]),
        module("RabbitMQ", ["Broker", "CRabbitMQ", "COpenSSL"], settings: cSettings),
        module("EmbeddedBroker", ["Broker", grdb]),
        module("Store", ["Orders", "Broker"]),
        module(
            "SQLiteStore",
            ["Store", "Orders", "Broker", "CLogVFS", grdb, grdbSQLite],
            settings: cSettings
        ),
        module("Catalog", ["Orders", "Fulfillment", "Messages", "Broker", "XML", yams]),
        module("Station", ["Orders", "Fulfillment", "Messages", "Broker", "Store", "Catalog", logging]),
        .executableTarget(
            name: "waystation",
            dependencies: [
                "Orders", "Fulfillment", "Messages", "Broker", "RabbitMQ", "EmbeddedBroker", "Store",
                "SQLiteStore", "Catalog", "Station", "XML", logging, argumentParser,
            ],
            swiftSettings: settings,
            linkerSettings: allocator
        ),

        // The station in one thread with everything around it simulated; `simulate` runs it for many seeds.
        module(
            "Simulation",
            ["Orders", "Fulfillment", "Messages", "Broker", "Store", "Catalog", "Station", logging]
        ),
        .executableTarget(
            name: "simulate",
            dependencies: ["Simulation", "TestSupport", argumentParser],
            swiftSettings: settings,
            linkerSettings: allocator
        ),
        // `make bench`: what is measured, the program that measures, and the stages by themselves.
        .target(
            name: "Workload",
            dependencies: ["Orders", "Fulfillment", "Messages", "Broker", "Store", "Catalog", "Station"],
            path: "Benchmarks/Workload",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Workload", "Orders", "Fulfillment", "Broker", "RabbitMQ", "Store", "SQLiteStore", "Catalog",
                "Station", "TestSupport",
                argumentParser,
            ],
            path: "Benchmarks/Bench",
            swiftSettings: settings,
            linkerSettings: allocator
        ),
        .executableTarget(
            name: "bench-counts",
            dependencies: [
                "Workload", "Orders", "Fulfillment", "Messages", "Broker", "Store", "SQLiteStore",
            ],
            path: "Benchmarks/Counts",
            swiftSettings: settings
        ),

        // It is loaded before a broker, too, which has no sanitizer.
        .target(name: "CFaultShim", cSettings: isSanitized ? [.unsafeFlags(["-fno-sanitize=all"])] : []),
        // `make soak`: real processes, a real broker, real faults, and ledgers that are compared.
        .executableTarget(
            name: "soak",
            dependencies: [
                "Workload", "Orders", "Broker", "RabbitMQ", "Store", "SQLiteStore", "Catalog", "Station",
                "TestSupport",
                argumentParser,
            ],
            path: "Tests/Soak",
            swiftSettings: settings
        ),

        .target(name: "CTestVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
        module(
            "TestSupport",
            ["Orders", "Fulfillment", "Messages", "Broker", "Store", "Station", "Catalog"]
        ),
        tests("OrdersTests", ["Orders"]),
        tests("FulfillmentTests", ["Fulfillment", "Orders"], resources: [.copy("Journals")]),
        tests("XMLTests", ["XML"]),
        tests("MessagesTests", ["Messages", "Orders", "Fulfillment", "Broker", "XML"]),
        tests("CatalogTests", ["Catalog", "Fulfillment", "Messages", "Orders", "Broker"]),
        tests("BrokerTests", ["Broker"]),
        tests("RabbitMQTests", ["RabbitMQ", "Broker", "CRabbitMQ"]),
        tests("EmbeddedBrokerTests", ["EmbeddedBroker", "Broker", grdb]),
        tests(
            "SQLiteStoreTests",
            ["SQLiteStore", "Store", "Orders", "Broker", "CLogVFS", "CTestVFS", grdb, grdbSQLite],
            resources: [.copy("Databases")]
        ),
        tests(
            "StationTests",
            [
                "Station", "Store", "SQLiteStore", "Catalog", "Messages", "Fulfillment", "Broker",
                "EmbeddedBroker",
                "Orders", "Workload", logging,
            ]
        ),
        tests(
            "CommandLineTests",
            [
                "Orders", "Fulfillment", "Messages", "Broker", "RabbitMQ", "EmbeddedBroker", "Store",
                "SQLiteStore",
                "Catalog", "Station", "Workload", "waystation", grdb,
            ]
        ),
        tests(
            "IntegrationTests",
            [
                "waystation", "soak", "bench", "Workload", "Broker", "RabbitMQ", "Messages", "Fulfillment",
                "Orders", "Store", "SQLiteStore",
            ],
            exclude: ["Foreign"]
        ),
        tests("CrashTests", ["waystation", "Broker", "RabbitMQ"]),
        tests(
            "SimulationTests",
            ["Simulation", "simulate", "Broker", "Store", "Orders", "Station", "SQLiteStore"]
        ),
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ]
)

let fuzzed: [Target.Dependency] = [
    "Orders", "Fulfillment", "Messages", "Broker", "RabbitMQ", "Catalog", "CRabbitMQ",
]
let fuzzingFiles = ["Corpus", "Dictionaries", "leaks.supp", "run"]
if Context.environment["WAYSTATION_FUZZ"] != nil {
    // `make fuzz`: the readers of bytes from outside under a fuzzer. It links only with the flags that are given there.
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: fuzzed,
            path: "Tests/FuzzingTests",
            exclude: fuzzingFiles + ["CorpusTests.swift"],
            swiftSettings: settings
        )
    )
} else {
    package.targets.append(tests("FuzzingTests", fuzzed, exclude: fuzzingFiles + ["main.swift"]))
}
