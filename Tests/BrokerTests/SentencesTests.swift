import Broker
import Testing

@Suite("Sentences")
struct SentencesTests {
    @Test("Each text ends before the next begins, and none gets a second full stop")
    func ends() {
        #expect(Sentences.joined("It broke", "Mend it") == "It broke. Mend it.")
        #expect(Sentences.joined("It broke.", "Mend it!") == "It broke. Mend it!")
        #expect(Sentences.joined("It broke", "") == "It broke.")
        let error = BrokerError(.unreachable, "It broke", remedy: "Mend it")
        #expect("\(error)" == "BROKER_UNREACHABLE: It broke. Mend it.")
        #expect("\(BrokerError(.unreachable, "It broke", remedy: "Mend it."))" == "\(error)")
    }
}
