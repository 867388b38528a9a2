import Foundation
import Testing

/// What the fuzzer begins with, and what it once found, without the fuzzer.
@Suite("The corpus of the fuzzer") struct CorpusTests {
    @Test("no input is a finding", arguments: FuzzTargets.all.keys.sorted())
    func replayed(name: String) throws {
        let folder = URL(fileURLWithPath: Repository.path("Tests/FuzzingTests/Corpus/\(name)"))
        let inputs = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!inputs.isEmpty)
        let target = try #require(FuzzTargets.all[name]).init()
        for input in inputs {
            let bytes = [UInt8](try Data(contentsOf: input))
            #expect(throws: Never.self, "\(input.lastPathComponent)") { try target.read(bytes) }
        }
    }
}
