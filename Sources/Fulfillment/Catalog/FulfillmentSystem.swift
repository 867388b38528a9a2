package import Orders

/// One external system: where it is asked, in which format, and how its words map to ours.
package struct FulfillmentSystem: Sendable, Hashable {
    package var name: SystemName
    /// EBMHeader Target/ID.
    package var targetID: String
    /// What else EBMHeader Target says; `nil` when nothing is configured.
    package var target: Rare<TargetDetails>?
    /// The queue on which it takes requests.
    package var requestQueue: String
    package var requestFormat: RequestFormat
    /// FulfillmentModeCode of the request, when it is not the order's own.
    package var requestMode: ModeName?
    /// From our words to the system's, in requests.
    package var translations: [Translation]
    /// Tried in order; the first that fits decides.
    package var stateMap: [StateMapping] {
        didSet { mapsLinesApart = stateMap.contains(where: \.asksForLines) }
    }
    /// Whether the same report may mean another state for another line.
    private(set) var mapsLinesApart: Bool
    package var unmappedStatus: UnmappedStatusPolicy
    /// How long it may say nothing after a request; `nil` for as long as it likes.
    package var silenceSecondsMax: Int64?
    /// When a component that it works on is late, whatever the function says.
    package var lateness: Lateness?
    /// How `waystation emulate` plays this system; `nil` when it does not.
    package var emulation: Emulation?

    package init(
        name: SystemName,
        targetID: String,
        target: Rare<TargetDetails>? = nil,
        requestQueue: String,
        requestFormat: RequestFormat,
        requestMode: ModeName? = nil,
        translations: [Translation] = [],
        stateMap: [StateMapping] = [],
        unmappedStatus: UnmappedStatusPolicy = .ignore,
        silenceSecondsMax: Int64? = nil,
        lateness: Lateness? = nil,
        emulation: Emulation? = nil
    ) {
        self.name = name
        self.targetID = targetID
        self.target = target
        self.requestQueue = requestQueue
        self.requestFormat = requestFormat
        self.requestMode = requestMode
        self.translations = translations
        self.stateMap = stateMap
        mapsLinesApart = stateMap.contains(where: \.asksForLines)
        self.unmappedStatus = unmappedStatus
        self.silenceSecondsMax = silenceSecondsMax
        self.lateness = lateness
        self.emulation = emulation
    }
}

/// The message with which a system is asked.
package enum RequestFormat: String, Sendable, Hashable, CaseIterable {
    case provisioningOrder = "ProcessProvisioningOrderEBM"
    case fulfillmentOrder = "ProcessFulfillmentOrderEBM"
}

/// A status nobody mapped: told in the log and the journal only, or raised as a fault.
package enum UnmappedStatusPolicy: String, Sendable, Hashable, CaseIterable {
    case ignore
    case fallout
}
