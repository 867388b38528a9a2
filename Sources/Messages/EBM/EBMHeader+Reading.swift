internal import Orders
internal import XML

extension EBMHeader {
    /// Reads an EBMHeader element, whatever the order of what is in it; of what may stand once, the first counts.
    ///
    /// Not as a whole, only that is read which the context of a message is made of.
    init(reading element: XMLElement, isWhole: Bool = true) {
        self.init()
        var rare = RareParts()
        element.forEachChild { child in
            switch HeaderPart(of: child) {
            case .messageID?: messageID.take(child)
            case .messageName?: messageName.take(child)
            case .objectName?: objectName.take(child)
            case .creationDateTime?: if isWhole { creationDateTime.take(child) }
            case .requestMessageID?: if isWhole { requestMessageID.take(child) }
            case .verbCode?: verb.take(child)
            case .processingInstruction?: read(instruction: child, &rare)
            case .sender?: if sender == nil { sender = Sender(reading: child, isWhole, &rare) }
            case .target?: if target == nil { target = Target(reading: child, isWhole, &rare) }
            case .businessScope?:
                if isWhole || !Scope.endsWithMessage(child) { scopes.append(Scope(reading: child)) }
            case .tracking?: read(tracking: child, isWhole)
            case .batch?: rare.read(batch: child)
            case .faultNotification?: rare.keep(fault: child)
            default: rare.keep(child, in: nil)
            }
        }
        tracking = Self.bounded(tracking, to: Self.trackingEntriesMax)
        carried = rare.boxed
    }

    private mutating func read(instruction element: XMLElement, _ rare: inout RareParts) {
        element.forEachChild { child in
            switch HeaderPart(of: child) {
            case .environmentCode?: environment.take(child)
            case .definitionID?: rare.keep(definitionID: child)
            default: rare.keep(child, in: HeaderGroup.processingInstruction)
            }
        }
    }

    private mutating func read(tracking element: XMLElement, _ isWhole: Bool) {
        if tracking.isEmpty { tracking.reserveCapacity(Self.usualTrackingEntries) }
        var entry = TrackingEntry(sequence: tracking.count + 1)
        element.forEachChild { child in
            switch HeaderPart(of: child) {
            case .sequenceNumber?:
                if let number = child.textIfNotEmpty.flatMap({ Int($0) }) { entry.sequence = max(0, number) }
            case .unitID?: entry.unitID.take(child)
            case .unitName?: entry.unitName.take(child)
            case .implementationCode?: entry.implementation.take(child)
            case .activityDateTime?: entry.activity.take(child)
            case .hop?:
                guard isWhole else { return }
                hop = MessageHop(
                    resourceType: child.value(HeaderName.resourceTypeCode) ?? "",
                    resource: child.value(HeaderName.resourceID) ?? "",
                    messageID: child.value(HeaderName.senderMessageID) ?? ""
                )
            default:
                let kept = RareParts.texts(child, in: nil)
                if !kept.isEmpty { entry.extensions = (entry.extensions ?? []) + kept }
            }
        }
        tracking.append(entry)
    }

    /// For so many there is room at once.
    private static let usualTrackingEntries = 4
}

extension EBMHeader.Sender {
    fileprivate init(reading element: XMLElement, _ isWhole: Bool, _ rare: inout RareParts) {
        self.init()
        element.forEachChild { child in
            switch HeaderPart(of: child) {
            case .id?: id.take(child)
            case .description?: if isWhole { description.take(child) }
            case .address?: if isWhole { address.take(child) }
            case .senderMessageID?: messageID.take(child)
            case .transactionCode?: transactionCode.take(child)
            case .application?:
                applicationID = applicationID ?? child.value(.id)
                applicationVersion = applicationVersion ?? child.value(HeaderName.version)
            case .contactName?: if isWhole { contactName.take(child) }
            case .contactEmail?: if isWhole { contactEmail.take(child) }
            case .contactPhoneNumber?: if isWhole { contactPhoneNumber.take(child) }
            case .crossReference?: if isWhole { read(crossReference: child) }
            case .replyAddress?: rare.read(replyAddress: child)
            default: rare.keep(child, in: HeaderGroup.sender)
            }
        }
    }

    private mutating func read(crossReference element: XMLElement) {
        guard crossReference == nil, let keys = element.first(HeaderName.senderObjectIdentification) else {
            return
        }
        crossReference = EBMHeader.CrossReference(
            componentID: keys.value(.businessComponentID),
            number: keys.value(.id),
            revision: keys.first(HeaderName.revision)?.value(HeaderName.number)
        )
    }
}

extension EBMHeader.Target {
    fileprivate init(reading element: XMLElement, _ isWhole: Bool, _ rare: inout RareParts) {
        self.init()
        element.forEachChild { child in
            switch HeaderPart(of: child) {
            case .id?: id.take(child)
            case .applicationTypeCode?: if isWhole { applicationType.take(child) }
            case .serviceName?: if isWhole { serviceName.take(child) }
            default: rare.keep(child, in: HeaderGroup.target)
            }
        }
    }
}

extension EBMHeader.Scope {
    /// Whether it is the scope of this message alone.
    fileprivate static func endsWithMessage(_ element: XMLElement) -> Bool {
        var type: String?
        element.forEachChild { if $0.hasName(HeaderName.scopeTypeCode) { type.take($0) } }
        return type == Self.message
    }

    fileprivate init(reading element: XMLElement) {
        self.init(type: nil, scope: BusinessScope())
        element.forEachChild { child in
            switch HeaderPart(of: child) {
            case .id?: scope.id.take(child)
            case .instanceID?: scope.instanceID.take(child)
            case .scopeTypeCode?: type.take(child)
            case .enterpriseServiceName?: scope.serviceName.take(child)
            case .enterpriseOperationName?: scope.operationName.take(child)
            default: extensions += RareParts.texts(child, in: nil)
            }
        }
    }
}

extension String? {
    /// Takes an element's text, unless there was one before.
    fileprivate mutating func take(_ element: XMLElement) {
        if self == nil { self = element.textIfNotEmpty }
    }
}

/// Gathers what few headers have; nothing is allocated for the others.
private struct RareParts {
    private var parts: CarriedHeader?

    var boxed: Rare<CarriedHeader>? { parts.map { Rare($0) } }

    /// What is worth keeping of an element: of Custom what is in it, else the whole.
    static func texts(_ element: XMLElement, in group: String?) -> [String] {
        if element.hasName(.custom) { return ExtensionFragment.texts(inCustom: element, in: group) }
        return ExtensionFragment.text(ofUnknown: element, in: group).map { [$0] } ?? []
    }

    mutating func keep(_ element: XMLElement, in group: String?) {
        let texts = Self.texts(element, in: group)
        if !texts.isEmpty { change { $0.extensions += texts } }
    }

    mutating func keep(definitionID element: XMLElement) {
        guard let id = element.textIfNotEmpty else { return }
        change { $0.definitionID = $0.definitionID ?? id }
    }

    mutating func keep(fault element: XMLElement) {
        guard let text = ExtensionFragment.text(ofUnknown: element, in: nil) else { return }
        change { $0.faultNotifications.append(text) }
    }

    mutating func read(batch element: XMLElement) {
        var batch = parts?.batch ?? MessageBatch()
        for child in element.children {
            switch HeaderPart(of: child) {
            case .statusCode?: batch.status.take(child)
            case .id?: batch.id.take(child)
            case .specificationName?: batch.name.take(child)
            case .batchParameter?:
                if let text = ExtensionFragment.text(ofUnknown: child, in: nil) {
                    batch.parameters.append(text)
                }
            default: keep(child, in: HeaderGroup.batch)
            }
        }
        if batch != MessageBatch() { change { $0.batch = batch } }
    }

    /// The WS-Addressing data of whoever waits for replies, of whatever version.
    mutating func read(replyAddress element: XMLElement) {
        guard parts?.replyAddress == nil,
            let text = ExtensionFragment.text(ofUnknown: element, in: nil)
        else { return }
        let replyTo = element.children.first { $0.name == "ReplyTo" }
        let address = replyTo?.children.first { $0.name == "Address" } ?? replyTo
        change {
            $0.replyAddress = text
            $0.replyTo = address?.textIfNotEmpty
        }
    }

    private mutating func change(_ body: (inout CarriedHeader) -> Void) {
        var changed = parts ?? CarriedHeader()
        parts = nil
        body(&changed)
        parts = changed
    }
}
