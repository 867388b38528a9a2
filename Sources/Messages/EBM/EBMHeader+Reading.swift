internal import Orders
internal import XML

extension EBMHeader {
    /// Reads an EBMHeader element, whatever the order of what is in it; of what may stand once, the first counts.
    init(reading element: XMLElement) {
        self.init()
        var rare = RareParts()
        for child in element.children {
            switch child.vocabularyName {
            case HeaderName.messageID?: messageID.take(child)
            case HeaderName.messageName?: messageName.take(child)
            case HeaderName.objectName?: objectName.take(child)
            case HeaderName.creationDateTime?: creationDateTime.take(child)
            case HeaderName.requestMessageID?: requestMessageID.take(child)
            case HeaderName.verbCode?: verb.take(child)
            case HeaderName.processingInstruction?: read(instruction: child, &rare)
            case HeaderName.sender?: if sender == nil { sender = Sender(reading: child, &rare) }
            case HeaderName.target?: if target == nil { target = Target(reading: child, &rare) }
            case HeaderName.businessScope?: scopes.append(Scope(reading: child))
            case HeaderName.tracking?: read(tracking: child)
            case HeaderName.batch?: rare.read(batch: child)
            case HeaderName.faultNotification?: rare.keep(fault: child)
            default: rare.keep(child, in: nil)
            }
        }
        tracking = Self.bounded(tracking, to: Self.trackingEntriesMax)
        carried = rare.boxed
    }

    private mutating func read(instruction element: XMLElement, _ rare: inout RareParts) {
        for child in element.children {
            switch child.vocabularyName {
            case HeaderName.environmentCode?: environment.take(child)
            case HeaderName.definitionID?: rare.keep(definitionID: child)
            default: rare.keep(child, in: HeaderGroup.processingInstruction)
            }
        }
    }

    private mutating func read(tracking element: XMLElement) {
        var entry = TrackingEntry(sequence: tracking.count + 1)
        for child in element.children {
            switch child.vocabularyName {
            case HeaderName.sequenceNumber?:
                if let number = child.textIfNotEmpty.flatMap({ Int($0) }) { entry.sequence = max(0, number) }
            case HeaderName.unitID?: entry.unitID.take(child)
            case HeaderName.unitName?: entry.unitName.take(child)
            case HeaderName.implementationCode?: entry.implementation.take(child)
            case HeaderName.activityDateTime?: entry.activity.take(child)
            case HeaderName.hop?:
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
}

extension EBMHeader.Sender {
    fileprivate init(reading element: XMLElement, _ rare: inout RareParts) {
        self.init()
        for child in element.children {
            switch child.vocabularyName {
            case XMLName.id?: id.take(child)
            case HeaderName.description?: description.take(child)
            case HeaderName.address?: address.take(child)
            case HeaderName.senderMessageID?: messageID.take(child)
            case HeaderName.transactionCode?: transactionCode.take(child)
            case HeaderName.application?:
                applicationID = applicationID ?? child.value(.id)
                applicationVersion = applicationVersion ?? child.value(HeaderName.version)
            case HeaderName.contactName?: contactName.take(child)
            case HeaderName.contactEmail?: contactEmail.take(child)
            case HeaderName.contactPhoneNumber?: contactPhoneNumber.take(child)
            case HeaderName.crossReference?: read(crossReference: child)
            case HeaderName.replyAddress?: rare.read(replyAddress: child)
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
    fileprivate init(reading element: XMLElement, _ rare: inout RareParts) {
        self.init()
        for child in element.children {
            switch child.vocabularyName {
            case XMLName.id?: id.take(child)
            case HeaderName.applicationTypeCode?: applicationType.take(child)
            case HeaderName.serviceName?: serviceName.take(child)
            default: rare.keep(child, in: HeaderGroup.target)
            }
        }
    }
}

extension EBMHeader.Scope {
    fileprivate init(reading element: XMLElement) {
        self.init(type: nil, scope: BusinessScope())
        for child in element.children {
            switch child.vocabularyName {
            case XMLName.id?: scope.id.take(child)
            case HeaderName.instanceID?: scope.instanceID.take(child)
            case HeaderName.scopeTypeCode?: type.take(child)
            case HeaderName.enterpriseServiceName?: scope.serviceName.take(child)
            case HeaderName.enterpriseOperationName?: scope.operationName.take(child)
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
            switch child.vocabularyName {
            case HeaderName.statusCode?: batch.status.take(child)
            case XMLName.id?: batch.id.take(child)
            case XMLName.specificationName?: batch.name.take(child)
            case HeaderName.batchParameter?:
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
