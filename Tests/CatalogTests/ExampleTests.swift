import Broker
import Catalog
import Foundation
import Fulfillment
import Messages
import Orders
import Testing

@Suite("The examples")
struct ExampleTests {
    @Test(
        "Every example catalog reads without any diagnostic",
        arguments: ["broadband/com.yaml", "broadband/som.yaml", "commerce/shop.yaml"]
    )
    func catalogsRead(_ name: String) {
        let examined = CatalogReader.examine(path: Sample.path("Examples/" + name))
        #expect(examined.diagnostics.map(\.description) == [])
        #expect(examined.value != nil)
    }

    @Test("The sample of these tests reads without any diagnostic")
    func sampleReads() { #expect(Sample.problems(Sample.catalog) == []) }

    @Test(
        "Every example station checks without any diagnostic",
        arguments: ["queues.yaml", "Examples/commerce/queues.yaml"]
    )
    func stationsCheck(_ name: String) {
        let check = StationCheck.run(path: Sample.path(name), environment: [:])
        #expect(check.diagnostics.map(\.description) == [])
        #expect(check.configuration != nil)
        #expect(Set(check.catalogs.keys) == Set(check.configuration?.workers.map(\.role) ?? []))
    }

    @Test("The shipped station has a COM and a SOM, and every queue keeps what is rejected")
    func shippedStation() throws {
        let station = try ConfigurationReader.read(path: Sample.path("queues.yaml"), environment: [:])
        #expect(station.broker.address == "amqp://guest:guest@127.0.0.1:5672/")
        #expect(station.storeAddress == "sqlite:data/waystation.db")
        #expect(station.workers.map(\.role) == ["COM", "SOM"])
        let com = try #require(station.workers.first)
        #expect(com.senderID == "OSMCFS_01")
        #expect(com.catalogPath == Sample.path("Examples/broadband/com.yaml"))
        #expect(com.orders == ["AIA_CRTFO_IN_JMSQ"])
        #expect(com.urgentOrders == ["AIA_CRTFO_IN_URGENT_JMSQ"])
        #expect(com.updates == ["AIA_UPDFO_IN_JMSQ"])
        #expect(com.upstream == .queue("AIA_UPDSO_OUT_JMSQ"))
        #expect(com.fallout == Destination(exchange: "AIA_ERROR_TOPIC", routingKey: ""))
        #expect(com.falloutQueues == ["AIA_ORDERFALLOUT_JMSQ"])
        #expect(com.errors == .queue("AIA_ERROR_JMSQ"))
        for worker in station.workers {
            let catalog = try CatalogReader.read(path: worker.catalogPath).fulfillment
            // Nowhere does a request of an urgent order wait behind others.
            for queue in Set(catalog.systems.values.map(\.requestQueue)) {
                let urgent = queue.replacing("_JMSQ", with: "_URGENT_JMSQ")
                #expect(worker.urgentRoutes[queue] == urgent)
                #expect(station.topology.queues.contains { $0.name == urgent })
            }
        }
        for queue in station.topology.queues {
            #expect(queue.type == .quorum && queue.durable)
            #expect(queue.deadLetter == (queue.name == "AIA_ERROR_JMSQ" ? nil : .queue("AIA_ERROR_JMSQ")))
            #expect(queue.arguments.contains(HeaderField("x-overflow", .text("reject-publish"))))
        }
    }

    @Test("Patterns of COM have the steps of those they inherit from (A15)")
    func patterns() throws {
        let catalog = try CatalogReader.read(path: Sample.path("Examples/broadband/com.yaml")).fulfillment
        let broadband = try #require(catalog.patterns["Service.Broadband"])
        #expect(broadband.ancestors == ["Service", "Base"])
        #expect(
            broadband.steps["Deliver"]?.map(\.function) == [
                "SyncCustomer", "InitiateBilling", "FulfillBilling", "ProvisionOrder",
            ]
        )
        #expect(broadband.steps["Qualify"]?.map(\.function) == ["ProvisionOrder"])
        let som = try CatalogReader.read(path: Sample.path("Examples/broadband/som.yaml")).fulfillment
        #expect(
            som.patterns["Mobile.Line"]?.steps["Deliver"]?.map(\.function) == [
                "DesignService", "DeliverOrder", "CompleteDelivery",
            ]
        )
    }

    @Test("Broadband goes to Region2 in Rio de Janeiro and to Region1 elsewhere (A17)")
    func regions() throws {
        let catalog = try CatalogReader.read(path: Sample.path("Examples/broadband/com.yaml")).fulfillment
        let function = try #require(catalog.functions["ProvisionOrder"])
        func system(city: String, productClass: String) -> SystemName? {
            let line = OrderLine(
                id: "1",
                action: .add,
                productClass: productClass,
                properties: ["ServiceAddress/CityName": city],
                pattern: catalog.productClasses[productClass]
            )
            let subject = catalog.subject(
                line,
                of: Order(key: "1", revision: 1, mode: "Deliver", lines: [line])
            )
            return function.systems.first { $0.condition.holds(for: subject) }?.system
        }
        let internet = "High Speed Internet Service Class"
        #expect(system(city: "Rio de Janeiro", productClass: internet) == "Provisioning.Region2")
        #expect(system(city: "Curitiba", productClass: internet) == "Provisioning.Region1")
        #expect(
            system(city: "Rio de Janeiro", productClass: "Fixed Service Plan Class") == "Provisioning.Fixed"
        )
        #expect(
            system(city: "Salvador", productClass: "Mobile Service Feature Class") == "Provisioning.Mobile"
        )
    }

    @Test("There are orders to try, each of another kind")
    func orders() throws {
        let folder = Sample.path("Examples/broadband/orders")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".xml")
        }
        #expect(names.count >= 8)
        let trio = try String(contentsOfFile: folder + "/triple-play.xml", encoding: .utf8)
        #expect(trio.components(separatedBy: "<sordebo:SalesOrderLine>").count - 1 == 16)
        let shop = try FileManager.default.contentsOfDirectory(
            atPath: Sample.path("Examples/commerce/orders")
        )
        #expect(shop.filter { $0.hasSuffix(".xml") }.count >= 3)
    }
}
