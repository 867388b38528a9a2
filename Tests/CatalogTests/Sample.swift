import Catalog
import Foundation

/// Texts and files that the tests read.
enum Sample {
    /// The root of the package.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func path(_ name: String) -> String { root.appendingPathComponent(name).path }

    /// A small catalog without a fault; tests put one in.
    static let catalog = """
        catalog: sample
        modes: [Deliver, Qualify]
        accept: [ProcessSalesOrderFulfillmentEBM]
        productClasses:
          Plan: Service
        patterns:
          Base:
            modes:
              Deliver: [Bill]
          Service:
            inherits: Base
            modes:
              Deliver: [Provision]
              Qualify: [Provision]
        functions:
          Bill:
            systems: Billing
            granularity: order
          Provision:
            systems: Network
            duration: PT1H
        dependencies:
          - {function: Bill, waitsFor: Provision, relation: order}
        states:
          IN_PROGRESS: [IN_PROGRESS-STARTED]
        milestones: [STARTED]
        stateMaps:
          Plain:
            - {external: COMPLETE, state: COMPLETE}
            - {external: FAILED, state: FAILED}
        systems:
          Billing:
            target: BRM_01
            queue: BILLING
            format: ProcessFulfillmentOrderEBM
            states: Plain
          Network:
            queue: NETWORK
            format: ProcessProvisioningOrderEBM
            states:
              - {external: IN PROGRESS, state: IN_PROGRESS-STARTED, milestone: STARTED}
              - Plain
            emulate:
              replies:
                - {status: in progress, after: PT0.05S}
                - {status: COMPLETE, after: PT1S}
        upstream:
          format: UpdateSalesOrderEBM

        """

    /// The small catalog with a text replaced; the text must be there once.
    static func catalog(_ old: String, _ new: String) -> String { replace(old, new, in: catalog) }

    static func replace(_ old: String, _ new: String, in text: String) -> String {
        let parts = text.components(separatedBy: old)
        precondition(parts.count == 2, "'\(old)' is there \(parts.count - 1) times")
        return parts.joined(separator: new)
    }

    /// What is said of a catalog, without the file's name.
    static func problems(_ text: String) -> [String] {
        CatalogReader.examine(bytes: Array(text.utf8), name: "c.yaml").diagnostics.map {
            String($0.description.dropFirst("c.yaml:".count))
        }
    }
}
