internal import Broker
internal import Orders

/// How each kind of order ends when nothing goes wrong, found by letting it.
package struct Expectations: Sendable {
    /// By template, then by the order it becomes, under a key that names no order.
    let results: [[OrderID: OrderResult]]

    /// Runs each kind of order of a site once.
    package init(site: SimulationSite) throws {
        results = try site.templates.indices.map { template in
            let simulation = try Simulation(
                site: site,
                setup: SimulationSetup(plain: 1),
                expectations: nil,
                orders: [template]
            )
            let report = try simulation.run()
            guard report.violations.isEmpty else {
                throw SimulationSite.Problem(
                    description:
                        "order \(site.templates[template].name) does not go well even without faults: "
                        + report.violations.joined(separator: "; ")
                )
            }
            return simulation.results()
        }
    }
}
