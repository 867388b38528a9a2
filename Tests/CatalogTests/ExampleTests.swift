import Catalog
import Foundation
import Testing

@Suite("The examples")
struct ExampleTests {
    @Test(
        "Every example catalog reads without any diagnostic",
        arguments: ["broadband/com.yaml", "broadband/som.yaml"]
    )
    func catalogsRead(_ name: String) {
        let examined = CatalogReader.examine(path: Sample.path("Examples/" + name))
        #expect(examined.diagnostics.map(\.description) == [])
        #expect(examined.value != nil)
    }

    @Test("The sample of these tests reads without any diagnostic")
    func sampleReads() { #expect(Sample.problems(Sample.catalog) == []) }

    @Test("Every example station checks without any diagnostic", arguments: ["queues.yaml"])
    func stationsCheck(_ name: String) {
        let check = StationCheck.run(path: Sample.path(name), environment: [:])
        #expect(check.diagnostics.map(\.description) == [])
        #expect(check.configuration != nil)
    }
}
